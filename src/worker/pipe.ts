import type { TrackDescription } from '../media/index.js';
import { type MediaListener, MediaUnavailable } from '../streams/index.js';
import type { Endpoint, MediaProcess } from './media-process-handle.js';

/** Nobody is to hear of a pipe's ends: of what ends them, `onGone` tells. */
const nobody: MediaListener = {
  onStarted: () => {},
  onVideoSize: () => {},
  onRate: () => {},
  onFailed: () => {},
};
const noAddresses = () => [];

/** A stream's way from its publisher's media process to another one, as the control process holds it: its two ends. */
export class Pipe {
  /** Viewers that get the stream through it, or are about to. */
  users = 0;
  /** Where viewers find the stream, once it is open. @throws (rejects) MediaUnavailable */
  readonly sink: Promise<Endpoint>;
  private readonly ends: Endpoint[] = [];
  private linger: NodeJS.Timeout | undefined;
  private closed = false;

  /**
   * @param tag in the SSRCs of what goes through it; no other open pipe has it
   * @param tracks of the publisher
   * @param onClosed called once
   */
  constructor(
    private readonly publisher: Endpoint,
    readonly to: MediaProcess,
    readonly tag: number,
    private readonly tracks: readonly TrackDescription[],
    private readonly onClosed: () => void,
  ) {
    this.sink = Promise.resolve().then(() => this.open());
    // Whoever waits for it hears of the failure; there may be nobody left.
    this.sink.catch(() => this.close());
  }

  /** Closes it in so many ms unless it is used again before. */
  closeIn(ms: number): void {
    if (this.closed) return;
    this.linger = setTimeout(() => this.users === 0 && this.close(), ms).unref();
  }

  /** Closes both ends. Idempotent; the viewers at the far end are their owners' to close. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.linger);
    for (const end of this.ends) end.close();
    this.onClosed();
  }

  use(): void {
    this.users += 1;
    clearTimeout(this.linger);
  }

  private async open(): Promise<Endpoint> {
    const { publisher, to, tag, tracks } = this;
    const from = publisher.process;
    const towards = ({ ports }: MediaProcess) => ({ tag, port: ports.pipe });
    // The far end first, or it would miss the beginning.
    const sink = await this.openEnd(to, (id) => ({ type: 'openPipeSink', id, tracks, pipe: towards(from) }));
    await this.openEnd(from, (id) => ({
      type: 'openPipeSource',
      id,
      publisher: publisher.id,
      pipe: towards(to),
    }));
    return sink;
  }

  private async openEnd(
    process: MediaProcess,
    request: Parameters<MediaProcess['open']>[0],
  ): Promise<Endpoint> {
    const end = await process.open(request, nobody, noAddresses, () => this.close());
    this.ends.push(end);
    if (!this.closed) return end;
    end.close();
    throw new MediaUnavailable('the pipe was closed while it opened');
  }
}
