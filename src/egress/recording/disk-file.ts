import { diskReason } from '../../kit/index.js';
import { type OpenFile, writeAll } from './file-system.js';

export interface DiskFileOptions {
  /** bytes that may wait for the disk */
  readonly maxQueued: number;
  /** How long one operation may take, ms. */
  readonly maxWait: number;
  /** Told once why nothing more is written. */
  readonly onFailure: (reason: string) => void;
}

interface Write {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Written but perhaps not yet on the disk itself, bytes, when it cannot keep up. */
const mostUnsynced = 4 << 20;

/** An operation of the disk, while it is under way. */
interface Operation {
  running: boolean;
  /** When `tick` saw it first, ms; null before. */
  since: number | null;
}

/**
 * A file that is written in the background: nothing here blocks or throws. Whatever has been written goes to the disk
 * itself meanwhile: how long that takes does not hold up the next write, which a process that dies then has made. When it
 * fails, what was half written is cut off.
 */
export class DiskFile {
  failure: string | null = null;
  /** The disk may never answer again: whoever waits for it is not to. */
  abandoned = false;
  private readonly queue: Write[] = [];
  private queued = 0;
  /** The file's end as it is to be, and as the disk has it. */
  private end = 0;
  private safeEnd = 0;
  private unsynced = 0;
  /** Opening, a write, or closing. */
  private readonly writing: Operation = { running: true, since: null };
  private readonly syncing: Operation = { running: false, since: null };
  private synced: Promise<void> = Promise.resolve();
  private finishing = false;
  private readonly closed: Promise<void>;
  private resolveClosed: () => void = () => {};

  /** @param opening the file; when it rejects, everything fails with its reason */
  constructor(
    opening: Promise<OpenFile>,
    private readonly options: DiskFileOptions,
  ) {
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
    opening.then(
      (file) => this.run(file),
      (error) => {
        this.fail(diskReason(error));
        this.resolveClosed();
      },
    );
  }

  /** bytes, with what waits */
  get size(): number {
    return this.end;
  }

  /** bytes, without what waits */
  get written(): number {
    return this.safeEnd;
  }

  append(parts: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(parts);
    if (bytes.length > 0 && this.enqueue(this.end, bytes)) this.end += bytes.length;
  }

  /** Writes over what is there. */
  patch(position: number, bytes: Uint8Array): void {
    this.enqueue(position, bytes);
  }

  /** Fails when the disk has not answered for too long. @param now ms, of any clock that does not go back */
  tick(now: number): void {
    for (const operation of [this.writing, this.syncing]) {
      if (!operation.running) continue;
      operation.since ??= now;
      const waited = now - operation.since;
      if (waited > this.options.maxWait)
        this.abandon(`the disk has not answered for ${Math.round(waited / 1000)} s`);
    }
  }

  /** Resolves when all that waits is on the disk and the file is closed, or has failed; never rejects. */
  finish(): Promise<void> {
    this.finishing = true;
    this.wake();
    return this.closed;
  }

  private wake: () => void = () => {};

  private enqueue(position: number, bytes: Uint8Array): boolean {
    if (this.failure !== null || this.finishing) return false;
    if (this.queued + bytes.length > this.options.maxQueued) {
      this.fail(`the disk is too slow: ${this.queued} bytes wait for it`);
      return false;
    }
    this.queue.push({ position, bytes });
    this.queued += bytes.length;
    this.wake();
    return true;
  }

  private async run(file: OpenFile): Promise<void> {
    try {
      while (this.failure === null) {
        const write = this.queue.shift();
        if (write !== undefined) await this.put(file, write);
        else if (this.finishing) break;
        else await this.sleep();
      }
    } catch (error) {
      this.fail(diskReason(error));
    }
    await this.synced;
    begin(this.writing);
    if (this.failure !== null) await file.truncate(this.safeEnd).catch(() => {});
    await file.datasync().catch((error) => this.fail(diskReason(error)));
    await file.close().catch((error) => this.fail(diskReason(error)));
    end(this.writing);
    this.resolveClosed();
  }

  private async put(file: OpenFile, { position, bytes }: Write): Promise<void> {
    begin(this.writing);
    await writeAll(file, bytes, position);
    end(this.writing);
    this.queued -= bytes.length;
    this.safeEnd = Math.max(this.safeEnd, position + bytes.length);
    this.unsynced += bytes.length;
    if (!this.syncing.running) this.synced = this.sync(file);
    else if (this.unsynced >= mostUnsynced) await this.synced;
  }

  /** Brings to the disk what is written, and what comes meanwhile. Never rejects. */
  private async sync(file: OpenFile): Promise<void> {
    try {
      while (this.unsynced > 0 && this.failure === null && !this.finishing) {
        this.unsynced = 0;
        begin(this.syncing);
        await file.datasync();
        end(this.syncing);
      }
    } catch (error) {
      this.fail(diskReason(error));
    } finally {
      end(this.syncing);
    }
  }

  private async sleep(): Promise<void> {
    end(this.writing);
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = () => {};
  }

  private fail(reason: string): void {
    if (this.failure !== null) return;
    this.failure = reason;
    this.queue.length = 0;
    this.queued = 0;
    this.wake();
    this.options.onFailure(reason);
  }

  /** The operation under way may never end: nobody is to wait for it. */
  private abandon(reason: string): void {
    this.abandoned = true;
    this.fail(reason);
    this.resolveClosed();
  }
}

function begin(operation: Operation): void {
  operation.running = true;
  operation.since = null;
}

function end(operation: Operation): void {
  operation.running = false;
}
