import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** An open file; every method rejects with the system's error. */
export interface OpenFile {
  /** Writes at a place, perhaps not everything. @returns bytes written */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** @returns bytes read, fewer than asked for at the file's end */
  read(into: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** What recordings need of a file system; every method rejects with the system's error. */
export interface FileSystem {
  /** Makes a file that is not there yet; EEXIST if it is. */
  create(path: string): Promise<OpenFile>;
  open(path: string): Promise<OpenFile>;
  exists(path: string): Promise<boolean>;
  readText(path: string, maxSize: number): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  names(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Makes names in a folder survive a power cut. */
  syncFolder(folder: string): Promise<void>;
}

const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;

export const nodeFileSystem: FileSystem = {
  create: async (path) => openFile(await open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o640)),
  open: async (path) => openFile(await open(path, O_RDWR | O_NOFOLLOW)),
  exists: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  readText: async (path, maxSize) => {
    const { size } = await stat(path);
    if (size > maxSize) throw Object.assign(new Error(`file of ${size} bytes`), { code: 'EFBIG' });
    return readFile(path, 'utf8');
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  names: (folder) => readdir(folder),
  makeFolder: async (folder) => {
    await mkdir(folder, { recursive: true, mode: 0o750 });
  },
  syncFolder: async (folder) => {
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

function openFile(handle: FileHandle): OpenFile {
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    size: async () => (await handle.stat()).size,
    truncate: (size) => handle.truncate(size),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** Writes all of it. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const written = await file.write(bytes.subarray(done), position + done);
    if (written <= 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    done += written;
  }
}

/** Reads as much as there is; shorter than asked for at the file's end. */
export async function readAt(file: OpenFile, position: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let done = 0;
  while (done < size) {
    const read = await file.read(bytes.subarray(done), position + done);
    if (read <= 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
