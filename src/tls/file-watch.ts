import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

export interface FileWatchTimes {
  /** Changes come in groups: it is told this long after the first of a group, ms. */
  readonly settle: number;
  /** It is told this often anyway, for file systems that tell of nothing, ms. */
  readonly poll: number;
}

/**
 * Tells when files may have changed. Their folders are watched, not they themselves: whoever renews a certificate puts
 * another file, or another link, in the place of the old one.
 */
export class FileWatch {
  private readonly watchers: FSWatcher[] = [];
  private readonly interval: NodeJS.Timeout;
  private settling: NodeJS.Timeout | null = null;

  constructor(
    paths: readonly string[],
    private readonly times: FileWatchTimes,
    private readonly onChange: () => void,
  ) {
    for (const folder of new Set(paths.map((path) => dirname(path)))) this.watch(folder);
    this.interval = setInterval(onChange, times.poll);
    this.interval.unref();
  }

  close(): void {
    clearInterval(this.interval);
    if (this.settling) clearTimeout(this.settling);
    for (const watcher of this.watchers) watcher.close();
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.touched());
      // The folder has gone, or the system has no watches left: then only the interval tells.
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // The same.
    }
  }

  private touched(): void {
    if (this.settling) return;
    this.settling = setTimeout(() => {
      this.settling = null;
      this.onChange();
    }, this.times.settle);
    this.settling.unref();
  }
}
