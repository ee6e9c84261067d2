import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecordName } from './records-folder.js';
import { RecordingRefused } from './refused.js';

/** A recording that is finished. */
export interface FinishedRecording {
  readonly fileName: string;
  /** bytes */
  readonly size: number;
  /** ms since 1970 */
  readonly finishedAt: number;
  /** Path and query that lead whoever was told of it to the file; null where recordings are not served. */
  readonly url: string | null;
  /** Of which stream; null where nobody knows. */
  readonly stream: string | null;
}

type File = Omit<FinishedRecording, 'url' | 'stream'>;

/** Files of the folder that are looked at. */
const mostFiles = 50_000;
const atOnce = 32;
/** How long what has been found does, ms. */
const freshFor = 2000;

/** The finished recordings of the folder. */
export class FinishedRecordings {
  private found: Promise<readonly File[]> = Promise.resolve([]);
  private foundAt = Number.NEGATIVE_INFINITY;

  /**
   * @param urlOf the way to a recording
   * @param streamOf whose it is; never rejects
   * @param onGone one has been deleted
   */
  constructor(
    private readonly folder: string,
    private readonly urlOf: (name: string) => string | null,
    private readonly streamOf: (name: string) => Promise<string | null>,
    private readonly onGone: (name: string) => Promise<void>,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** The newest first. Never rejects: a folder that is not there has none. */
  async list(offset: number, limit: number): Promise<{ items: FinishedRecording[]; total: number }> {
    if (this.clock() - this.foundAt >= freshFor) {
      this.foundAt = this.clock();
      this.found = this.look();
    }
    const all = await this.found;
    const wanted = all.slice(offset, offset + limit);
    const items: FinishedRecording[] = [];
    while (items.length < wanted.length) {
      const some = wanted.slice(items.length, items.length + atOnce);
      items.push(...(await Promise.all(some.map((file) => this.view(file)))));
    }
    return { items, total: all.length };
  }

  /** @throws (rejects) RecordingRefused, or the system's error */
  async remove(name: string): Promise<void> {
    const path = join(this.folder, name);
    const file = isRecordName(name) ? await lstat(path).catch(() => null) : null;
    if (!file?.isFile()) throw new RecordingRefused('not-found', 'no such recording');
    const running = await lstat(join(this.folder, `.${name}.recording.json`)).catch(() => null);
    if (running) throw new RecordingRefused('unfinished', 'it is not finished');
    await rm(path);
    this.foundAt = Number.NEGATIVE_INFINITY;
    await this.onGone(name);
  }

  private async view(file: File): Promise<FinishedRecording> {
    const { fileName } = file;
    return { ...file, url: this.urlOf(fileName), stream: await this.streamOf(fileName) };
  }

  private async look(): Promise<readonly File[]> {
    const names = new Set<string>();
    try {
      for await (const { name } of await opendir(this.folder)) {
        names.add(name);
        if (names.size >= mostFiles) break;
      }
    } catch {
      return [];
    }
    const wanted = [...names].filter((name) => isRecordName(name) && !names.has(`.${name}.recording.json`));
    const files: File[] = [];
    while (wanted.length > 0) {
      const some = wanted.splice(-atOnce);
      const stats = await Promise.all(some.map((name) => lstat(join(this.folder, name)).catch(() => null)));
      stats.forEach((file, index) => {
        const fileName = some[index];
        if (file?.isFile() && fileName !== undefined)
          files.push({ fileName, size: file.size, finishedAt: Math.round(file.mtimeMs) });
      });
    }
    return files.sort((a, b) => b.finishedAt - a.finishedAt || (a.fileName < b.fileName ? -1 : 1));
  }
}
