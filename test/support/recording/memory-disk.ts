import { basename } from 'node:path';
import type { FileSystem, OpenFile } from '../../../src/egress/recording/index.js';

/** What to do instead of an operation, such as to reject with an error of the system; undefined: do it. */
export type Trouble = (operation: string, name: string, size: number) => Promise<void> | undefined;

export function systemError(code: string, syscall = 'write'): Error {
  return Object.assign(new Error(code), { code, syscall });
}

/** A folder in memory, with trouble on demand. */
export class MemoryDisk implements FileSystem {
  readonly files = new Map<string, Uint8Array>();
  readonly log: string[] = [];
  trouble: Trouble = () => undefined;
  /** At most so many bytes are written at once. */
  mostAtOnce = Infinity;

  async create(path: string): Promise<OpenFile> {
    const name = basename(path);
    await this.meet('create', name);
    if (this.files.has(name)) throw systemError('EEXIST', 'open');
    this.files.set(name, new Uint8Array(0));
    return this.opened(name);
  }

  async open(path: string): Promise<OpenFile> {
    const name = basename(path);
    await this.meet('open', name);
    this.bytes(name);
    return this.opened(name);
  }

  async exists(path: string): Promise<boolean> {
    return this.files.has(basename(path));
  }

  async readText(path: string): Promise<string> {
    return Buffer.from(this.bytes(basename(path))).toString('utf8');
  }

  async rename(from: string, to: string): Promise<void> {
    await this.meet('rename', basename(from));
    const bytes = this.bytes(basename(from));
    this.files.delete(basename(from));
    this.files.set(basename(to), bytes);
  }

  async remove(path: string): Promise<void> {
    await this.meet('remove', basename(path));
    this.files.delete(basename(path));
  }

  async names(): Promise<string[]> {
    return [...this.files.keys()];
  }

  async makeFolder(folder: string): Promise<void> {
    await this.meet('makeFolder', basename(folder));
  }

  async syncFolder(): Promise<void> {}

  private opened(name: string): OpenFile {
    return {
      write: async (bytes, position) => {
        await this.meet('write', name, position + bytes.length);
        const part = bytes.subarray(0, this.mostAtOnce);
        const old = this.bytes(name);
        const grown = new Uint8Array(Math.max(old.length, position + part.length));
        grown.set(old);
        grown.set(part, position);
        this.files.set(name, grown);
        return part.length;
      },
      read: async (into, position) => {
        const part = this.bytes(name).subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      size: async () => this.bytes(name).length,
      truncate: async (size) => {
        this.files.set(name, this.bytes(name).slice(0, size));
      },
      datasync: () => this.meet('datasync', name),
      close: () => this.meet('close', name),
    };
  }

  private bytes(name: string): Uint8Array {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw systemError('ENOENT', 'open');
    return bytes;
  }

  private async meet(operation: string, name: string, size = 0): Promise<void> {
    this.log.push(`${operation} ${name}`);
    await this.trouble(operation, name, size);
  }
}
