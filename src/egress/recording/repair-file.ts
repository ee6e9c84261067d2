import { extname } from 'node:path';
import { headerSize } from '../../containers/index.js';
import type { FileSystem } from './file-system.js';
import { repairMatroska } from './repair-matroska.js';
import { repairMp4 } from './repair-mp4.js';

/** What a repaired file has; null if it was not there, or never got anything. */
export type Repaired = { readonly size: number; readonly duration: number } | null;

/**
 * Makes a recording whole that was not finished. One that is finished stays as it is.
 * @throws (rejects) the system's error, or one of code EBADMSG for a file that is no recording
 */
export async function repairFile(fileSystem: FileSystem, path: string): Promise<Repaired> {
  if (!(await fileSystem.exists(path))) return null;
  const file = await fileSystem.open(path);
  try {
    const size = await file.size();
    const repaired = extname(path) === '.mp4' ? await repairMp4(file) : await repairMatroska(file);
    if (repaired !== null) return { size: repaired.size, duration: repaired.duration };
    if (size <= headerSize) return null;
    throw Object.assign(new Error('no recording'), { code: 'EBADMSG' });
  } finally {
    await file.close().catch(() => {});
  }
}
