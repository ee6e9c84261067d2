import { redactMessage } from './redact.js';

/** Whose session it is. */
export interface RecordedSession {
  readonly session: string;
  readonly appKey: string;
  readonly remoteAddress: string;
  readonly userAgent: string;
}

/** Why a record ended: the client asked for it, its socket closed, or the server stops. */
export type RecordEnd = 'stop' | 'close' | 'shutdown';

/** Bytes of a file kept free for its first line. */
const headRoom = 8192;
const longestField = 512;
const longestFrame = 16 * 1024;

/** One session's messages both ways, without secrets, while its debug runs: the newest that fit. */
export class DebugRecord {
  private lines: string[] = [];
  private oldest = 0;
  private size = 0;
  private dropped = 0;

  /**
   * @param maxSize of the file, bytes, at least 64 KiB
   * @param startedAt ms since 1970
   */
  constructor(
    private readonly about: RecordedSession,
    private readonly maxSize: number,
    private readonly startedAt: number,
  ) {}

  /**
   * @param text a frame, JSON
   * @param authToken the session's
   * @param time ms since 1970
   */
  add(direction: 'in' | 'out', text: string, authToken: string, time: number): void {
    const frame = redactMessage(JSON.parse(text), authToken);
    const body =
      frame.length <= longestFrame
        ? `"frame":${frame}`
        : `"length":${frame.length},"cut":${JSON.stringify(frame.slice(0, longestFrame))}`;
    const line = `{"time":"${new Date(time).toISOString()}","direction":"${direction}",${body}}\n`;
    this.lines.push(line);
    this.size += Buffer.byteLength(line);
    while (this.size > this.maxSize - headRoom) this.dropOldest();
  }

  /**
   * The file: one JSON object a line, the first about the record.
   * @param time ms since 1970
   */
  finish(ended: RecordEnd, time: number): string {
    const short = Object.fromEntries(
      Object.entries(this.about).map(([name, value]) => [name, value.slice(0, longestField)]),
    );
    const head = {
      record: 'session debug',
      ...short,
      started: new Date(this.startedAt).toISOString(),
      stopped: new Date(time).toISOString(),
      ended,
      frames: this.lines.length - this.oldest,
      dropped: this.dropped,
    };
    return `${JSON.stringify(head)}\n${this.lines.slice(this.oldest).join('')}`;
  }

  private dropOldest(): void {
    this.size -= Buffer.byteLength(this.lines[this.oldest] ?? '');
    this.lines[this.oldest] = '';
    this.oldest += 1;
    this.dropped += 1;
    if (this.oldest > 1024 && this.oldest * 2 > this.lines.length) {
      this.lines.splice(0, this.oldest);
      this.oldest = 0;
    }
  }
}
