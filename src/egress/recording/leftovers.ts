import { extname, join } from 'node:path';
import { diskReason } from '../../kit/index.js';
import { codeOf, renameTo } from './claim.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import type { RecordedStream } from './recording-file.js';
import { namedAtEnd, recordingName } from './recording-name.js';
import { repairFile } from './repair-file.js';
import { readSidecar, recordingOf, type Sidecar, sidecarOf } from './sidecar.js';

/** A recording that a crash left unfinished and that is whole now. Times are ms since 1970. */
export interface RecoveredFile {
  readonly folder: string;
  readonly name: string;
  readonly stream: RecordedStream;
  readonly startedAt: number;
  readonly endedAt: number;
  /** ms */
  readonly duration: number;
  /** bytes */
  readonly size: number;
}

export interface Leftovers {
  readonly recovered: readonly RecoveredFile[];
  /** What could not be made whole; tried again next time. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

export interface LeftoverOptions {
  readonly fileSystem?: FileSystem;
  /** As `findLeftovers` found them; by default all that there are now. */
  readonly names?: readonly string[];
}

/**
 * The recordings in a folder that are not finished: all of them are leftovers as long as nobody records into it.
 * @throws (rejects) the system's error; a folder that is not there has none
 */
export async function findLeftovers(
  folder: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<string[]> {
  const names = await fileSystem.names(folder).catch((error) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .sort()
    .map(recordingOf)
    .filter((name) => name !== null && extensions.has(extname(name))) as string[];
}

/**
 * Makes whole what a crash left unfinished in a folder. One after the other, so that it does not keep the disk from those
 * who record; those without anything in them are removed. Never rejects: a folder that is not there has no leftovers.
 */
export async function finishLeftovers(folder: string, options: LeftoverOptions = {}): Promise<Leftovers> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const recovered: RecoveredFile[] = [];
  const failed: { name: string; reason: string }[] = [];
  const names =
    options.names ??
    (await findLeftovers(folder, fileSystem).catch((error) => {
      failed.push({ name: '', reason: diskReason(error) });
      return [];
    }));
  for (const name of names) {
    try {
      const file = await finishOne(fileSystem, folder, name);
      if (file !== null) recovered.push(file);
    } catch (error) {
      failed.push({ name, reason: diskReason(error) });
    }
  }
  return { recovered, failed };
}

async function finishOne(
  fileSystem: FileSystem,
  folder: string,
  name: string,
): Promise<RecoveredFile | null> {
  const sidecarPath = join(folder, sidecarOf(name));
  // Whoever wrote it may have come to its end after all.
  if (!(await fileSystem.exists(sidecarPath))) return null;
  const sidecar = await readSidecar(fileSystem, sidecarPath);
  const written = await repairFile(fileSystem, join(folder, name));
  if (written === null) {
    await fileSystem.remove(join(folder, name));
    await fileSystem.remove(sidecarPath);
    return null;
  }
  const startedAt = sidecar?.values.startTime ?? 0;
  const endedAt = startedAt + Math.round(written.duration);
  const finalName = sidecar === null ? name : await rename(fileSystem, folder, name, sidecar, endedAt);
  await fileSystem.remove(sidecarPath);
  const { streamName, sessionId, mediaSessionId, login } = sidecar?.values ?? unknown;
  return {
    folder,
    name: finalName,
    stream: { streamName, sessionId, mediaSessionId, login },
    startedAt,
    endedAt,
    ...written,
  };
}

const extensions: ReadonlySet<string> = new Set(['.mp4', '.webm', '.mkv']);
const unknown: RecordedStream = { streamName: '', sessionId: '', mediaSessionId: '', login: '' };

async function rename(
  fileSystem: FileSystem,
  folder: string,
  name: string,
  sidecar: Sidecar,
  endTime: number,
): Promise<string> {
  if (!namedAtEnd(sidecar.template)) return name;
  const base = recordingName(sidecar.template, { ...sidecar.values, endTime });
  return renameTo(fileSystem, folder, name, base, extname(name));
}
