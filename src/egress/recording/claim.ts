import { join } from 'node:path';
import type { FileSystem, OpenFile } from './file-system.js';
import { numbered } from './recording-name.js';

const mostNumbers = 99_999;

/** The system's error code, if it is one. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/**
 * Makes a file under this name or, where there is one already, under the next of `name-2`, `name-3` that is free.
 * @throws (rejects) the system's error
 */
export async function claim(
  fileSystem: FileSystem,
  folder: string,
  base: string,
  extension: string,
): Promise<{ readonly name: string; readonly file: OpenFile }> {
  for (let number = 1; ; number = await next(fileSystem, folder, base, extension, number)) {
    const name = numbered(base, number, extension);
    try {
      return { name, file: await fileSystem.create(join(folder, name)) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || number >= mostNumbers) throw error;
    }
  }
}

/** Where there are many of a name already, they are looked up at once instead of being tried one by one. */
async function next(
  fileSystem: FileSystem,
  folder: string,
  base: string,
  extension: string,
  number: number,
): Promise<number> {
  if (number < 8) return number + 1;
  const taken = new Set(await fileSystem.names(folder));
  let free = number + 1;
  while (free < mostNumbers && taken.has(numbered(base, free, extension))) free += 1;
  return free;
}

/**
 * Gives a file another name in its folder, never one that another file has.
 * @returns the name that it has now: the old one if it is what was wanted
 * @throws (rejects) the system's error; the file keeps its name then
 */
export async function renameTo(
  fileSystem: FileSystem,
  folder: string,
  from: string,
  base: string,
  extension: string,
): Promise<string> {
  if (from === base + extension) return from;
  // The empty file that this makes keeps the name free until the rename takes its place at once.
  const { name, file } = await claim(fileSystem, folder, base, extension);
  await file.close();
  try {
    await fileSystem.rename(join(folder, from), join(folder, name));
  } catch (error) {
    await fileSystem.remove(join(folder, name)).catch(() => {});
    throw error;
  }
  return name;
}
