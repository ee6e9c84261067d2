import { z } from 'zod';
import { type FileSystem, writeAll } from './file-system.js';

/**
 * A small file beside a recording, there as long as it is not finished, so that after a crash somebody knows what it is:
 * hidden, since it is nothing to download. Recordings' own names never begin with a dot.
 */
const schema = z.object({
  version: z.literal(1),
  template: z.string().max(4096),
  values: z.object({
    streamName: z.string(),
    sessionId: z.string(),
    mediaSessionId: z.string(),
    login: z.string(),
    audioCodec: z.string(),
    videoCodec: z.string(),
    startTime: z.number().int().min(0).max(8.64e15),
  }),
});

export type Sidecar = z.infer<typeof schema>;

const ending = '.recording.json';
const maxSize = 1 << 20;

/** The name of the file beside a recording. */
export function sidecarOf(name: string): string {
  return `.${name}${ending}`;
}

/** The recording that a name is the sidecar of; null if it is none. */
export function recordingOf(name: string): string | null {
  if (!name.startsWith('.') || !name.endsWith(ending) || name.includes('/')) return null;
  const recording = name.slice(1, -ending.length);
  return recording === '' || recording.startsWith('.') ? null : recording;
}

/** @throws (rejects) the system's error */
export async function writeSidecar(fileSystem: FileSystem, path: string, sidecar: Sidecar): Promise<void> {
  const file = await fileSystem.create(path);
  try {
    await writeAll(file, Buffer.from(JSON.stringify(sidecar)), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Null if it is torn or none. @throws (rejects) the system's error */
export async function readSidecar(fileSystem: FileSystem, path: string): Promise<Sidecar | null> {
  const text = await fileSystem.readText(path, maxSize);
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
