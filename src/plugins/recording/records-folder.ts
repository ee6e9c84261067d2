import { lstat, readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Where the web server has the recordings (WCS spec H). */
export const recordsUrl = '/client/records/';

const containers: ReadonlyMap<string, string> = new Map([
  ['.mp4', 'video/mp4'],
  ['.webm', 'video/webm'],
  ['.mkv', 'video/x-matroska'],
]);

/** Whether a name is that of a recording: one path segment, not hidden, in one of the containers. */
export function isRecordName(name: string): boolean {
  return (
    Buffer.byteLength(name) <= 255 &&
    /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(name) &&
    containers.has(extname(name))
  );
}

/**
 * The media type of a recording.
 * @param head what it begins with, some KiB: sound alone has a type of its own in MP4 (RFC 4337)
 */
export function recordType(name: string, head: Uint8Array): string {
  const type = containers.get(extname(name)) ?? 'application/octet-stream';
  return type === 'video/mp4' && !Buffer.from(head).includes('vide') ? 'audio/mp4' : type;
}

/**
 * Deletes recordings that were written to last before a time. Those that are not finished stay.
 * @param before ms since 1970
 * @returns the names of those that are gone
 */
export async function deleteOld(folder: string, before: number): Promise<string[]> {
  const names = new Set(await readdir(folder).catch(() => []));
  const gone: string[] = [];
  for (const name of names) {
    if (!isRecordName(name) || names.has(`.${name}.recording.json`)) continue;
    const path = join(folder, name);
    const file = await lstat(path).catch(() => null);
    if (!file?.isFile() || file.mtimeMs >= before) continue;
    const deleted = await rm(path).then(
      () => true,
      () => false,
    );
    if (deleted) gone.push(name);
  }
  return gone;
}
