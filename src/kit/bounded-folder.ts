import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomText } from './random.js';

export interface BoundedFolderOptions {
  /** The folder; it is made, for its owner alone, when the first file is. */
  readonly path: string;
  /** The end of every file's name, such as `.json`. */
  readonly extension: string;
  /** The oldest file goes when there are more. */
  readonly maxFiles: number;
  /** bytes */
  readonly maxFileSize: number;
}

/** A file would exceed its size, or too many writes wait for a slow disk. */
export class FolderLimit extends Error {
  override readonly name = 'FolderLimit';
}

const maxWaiting = 256;

/**
 * A folder of files that stays within its bounds, whoever causes the files. Their names are made here, of the time and
 * 128 random bits, so they sort by age, cannot be guessed and hold nothing from outside. All I/O is asynchronous, one
 * operation after the other.
 */
export class BoundedFolder {
  private readonly ownName: RegExp;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly options: BoundedFolderOptions) {
    const extension = options.extension.replaceAll('.', '\\.');
    this.ownName = new RegExp(`^\\d{8}T\\d{9}Z-[\\w-]{22}${extension}$`);
  }

  get path(): string {
    return this.options.path;
  }

  /** Whether a name has the form of those made here. One that has leads nowhere but into this folder. */
  owns(name: string): boolean {
    return this.ownName.test(name);
  }

  /**
   * Makes a file with this text.
   * @returns its name
   * @throws (rejects) FolderLimit, or the system's error; then no part of the file is left
   */
  add(text: string): Promise<string> {
    const { path, extension, maxFiles, maxFileSize } = this.options;
    return this.enqueue(async () => {
      if (Buffer.byteLength(text) > maxFileSize)
        throw new FolderLimit(`file of more than ${maxFileSize} bytes`);
      await mkdir(path, { recursive: true, mode: 0o700 });
      await this.removeOldest(maxFiles - 1);
      const stamp = new Date().toISOString().replace(/[-:.]/g, '');
      const random = randomText(16).replaceAll('+', '-').replaceAll('/', '_');
      const name = `${stamp}-${random}${extension}`;
      const file = join(path, name);
      try {
        await writeFile(file, text, { flag: 'wx', mode: 0o600 });
      } catch (error) {
        await rm(file, { force: true }).catch(() => {});
        throw error;
      }
      return name;
    });
  }

  /**
   * Adds text at the end of a file that `add` made.
   * @throws (rejects) FolderLimit, or the system's error, such as ENOENT when the file was the oldest and had to go;
   * then the file is as it was
   */
  append(name: string, text: string): Promise<void> {
    return this.enqueue(async () => {
      const { path, maxFileSize } = this.options;
      const handle = await open(join(path, name), constants.O_WRONLY | constants.O_APPEND);
      try {
        const { size } = await handle.stat();
        if (size + Buffer.byteLength(text) > maxFileSize)
          throw new FolderLimit(`file of more than ${maxFileSize} bytes`);
        try {
          await handle.writeFile(text);
        } catch (error) {
          await handle.truncate(size).catch(() => {});
          throw error;
        }
      } finally {
        await handle.close();
      }
    });
  }

  /** Resolves when everything asked for so far is done or has failed. */
  async settled(): Promise<void> {
    await this.last;
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= maxWaiting)
      return Promise.reject(new FolderLimit('too many writes wait for the disk'));
    this.waiting += 1;
    const done = this.last.then(work).finally(() => {
      this.waiting -= 1;
    });
    this.last = done.catch(() => {});
    return done;
  }

  private async removeOldest(keep: number): Promise<void> {
    const { path } = this.options;
    const names = (await readdir(path)).filter((name) => this.owns(name)).sort();
    for (const name of names.slice(0, Math.max(0, names.length - keep)))
      await rm(join(path, name), { force: true });
  }
}

/** Why a file could not be written, without its name, which may be what protects it. */
export function diskReason(error: unknown): string {
  if (error instanceof FolderLimit) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === undefined ? 'unknown reason' : `${code}${syscall === undefined ? '' : ` (${syscall})`}`;
}
