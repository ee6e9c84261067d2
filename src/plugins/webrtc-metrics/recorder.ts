import { type BoundedFolder, diskReason, type Logger, reasonOf } from '../../kit/index.js';
import type { MediaSession } from '../../streams/index.js';
import type { MetricsDescription } from '../../wire/index.js';
import { columnsOf, samples, unpack } from './batch.js';

/** Batches of one media session that may wait for decompression and disk; more are dropped. */
const maxWaiting = 4;
/** Text written for one batch, in characters: equal values cost a client nothing. */
const maxBatchText = 1024 * 1024;
const longestId = 256;

/** Writes the samples of one media session into a file of its own, one JSON object a line. */
export class Recorder {
  private columns: readonly string[] | null = null;
  private compression = 'none';
  private file: string | null = null;
  private ended = false;
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();

  /** @param sampling ms between two samples */
  constructor(
    private readonly mediaSession: MediaSession,
    private readonly folder: BoundedFolder,
    private readonly sampling: number,
    private readonly log: Logger,
  ) {}

  describe({ headers, compression }: MetricsDescription): void {
    this.columns = compression === 'none' || compression === 'gzip' ? columnsOf(headers) : null;
    this.compression = compression;
  }

  /**
   * Never rejects. Resolves when the batch is written or dropped.
   * @param time when the batch came, ms since 1970
   */
  async take(metrics: string, time: number): Promise<void> {
    const { columns, compression } = this;
    if (columns === null || this.ended || this.waiting >= maxWaiting) return;
    this.waiting += 1;
    this.last = this.last.then(async () => {
      await this.write(metrics, compression, columns, time);
      this.waiting -= 1;
    });
    await this.last;
  }

  private async write(
    metrics: string,
    compression: string,
    columns: readonly string[],
    time: number,
  ): Promise<void> {
    if (this.ended) return;
    const { session, id } = this.mediaSession;
    const about = { session: session.id, mediaSession: id.slice(0, longestId), folder: this.folder.path };
    let text: string;
    try {
      text = this.lines(await unpack(metrics, compression), columns, time);
    } catch (error) {
      this.log.debug({ ...about, reason: reasonOf(error) }, 'metrics cannot be read');
      return;
    }
    if (text === '') return;
    try {
      if (this.file === null) this.file = await this.folder.add(text);
      else await this.folder.append(this.file, text);
    } catch (error) {
      this.ended = true;
      this.log.warn({ ...about, file: this.file, reason: diskReason(error) }, 'metrics of a stream end here');
    }
  }

  private lines(rows: readonly unknown[], columns: readonly string[], time: number): string {
    const { id, session } = this.mediaSession;
    let text = '';
    let row = 0;
    for (const values of samples(rows, columns)) {
      row += 1;
      // Samples carry no time: the last of a batch is taken to be as old as the message, those above a sampling each.
      const sampledAt = new Date(time - (rows.length - row) * this.sampling).toISOString();
      const about = { time: sampledAt, sessionId: session.id, mediaSessionId: id.slice(0, longestId) };
      const line = `${JSON.stringify({ ...about, values })}\n`;
      if (row > 1 && text.length + line.length > maxBatchText) break;
      text += line;
    }
    return text;
  }
}
