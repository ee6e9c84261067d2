import { type MediaListener, type MediaOutlet, MediaUnavailable } from '../streams/index.js';
import type { Endpoint } from './media-process-handle.js';
import type { PipeTags } from './pipe-tags.js';

/** Nobody is to hear of it: of what ends it, `onGone` tells. */
const nobody: MediaListener = {
  onStarted: () => {},
  onVideoSize: () => {},
  onRate: () => {},
  onFailed: () => {},
};

/** A stream's way from its media process to another kind of process. */
export class Outlet implements MediaOutlet {
  readonly tag: number;
  private source: Endpoint | null = null;
  private closed = false;

  /** @param onClosed called once */
  constructor(
    private readonly publisher: Endpoint,
    private readonly tags: PipeTags,
    private readonly onClosed: () => void,
  ) {
    this.tag = tags.take();
  }

  get port(): number {
    return this.publisher.process.ports.pipe;
  }

  async open(to: number): Promise<void> {
    const { publisher, tag } = this;
    if (this.closed) throw new MediaUnavailable('the outlet is closed');
    const source = await publisher.process.open(
      (id) => ({ type: 'openPipeSource', id, publisher: publisher.id, pipe: { tag, port: to } }),
      nobody,
      () => [],
      () => this.close(),
    );
    if (!this.closed) {
      this.source = source;
      return;
    }
    source.close();
    throw new MediaUnavailable('the outlet was closed');
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.source?.close();
    this.tags.giveBack(this.tag);
    this.onClosed();
  }
}
