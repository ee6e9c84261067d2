import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/index.js';

const mib = 1 << 20;
const checkInterval = 2000;
/** The folder is read through every so many checks. */
const sizeEvery = 5;

/** Watches the disk while something is recorded, so that recordings end before it is full. */
export class DiskGuard {
  private timer: NodeJS.Timeout | undefined;
  private checking = false;
  private checks = 0;

  /** @param onShort told at each check that finds too little room, with the reason */
  constructor(
    private readonly folder: string,
    private readonly bounds: Pick<Config['recording'], 'minFreeSpace' | 'maxTotalSize'>,
    private readonly onShort: (reason: string) => void,
  ) {}

  /** Checks at once, and from now on. */
  watch(): void {
    this.checks = 0;
    this.timer ??= setInterval(() => void this.check(), checkInterval).unref();
    void this.check();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    const reason = await this.shortage();
    this.checking = false;
    if (reason !== null && this.timer !== undefined) this.onShort(reason);
  }

  private async shortage(): Promise<string | null> {
    const { minFreeSpace, maxTotalSize } = this.bounds;
    const due = this.checks % sizeEvery === 0;
    this.checks += 1;
    if (minFreeSpace > 0) {
      const free = await freeSpace(this.folder);
      if (free !== null && free < minFreeSpace)
        return `only ${Math.floor(free / mib)} MiB of the disk are free, and recording.minFreeSpace is ${Math.floor(minFreeSpace / mib)} MiB`;
    }
    if (maxTotalSize > 0 && due && (await totalSize(this.folder)) > maxTotalSize)
      return `the recordings are larger than recording.maxTotalSize, ${Math.floor(maxTotalSize / mib)} MiB`;
    return null;
  }
}

/** bytes; null where it cannot be known */
async function freeSpace(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** bytes, of the files in a folder; one that is not there has none */
async function totalSize(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder).catch(() => []))
    size += await lstat(join(folder, name)).then(
      (file) => file.size,
      () => 0,
    );
  return size;
}
