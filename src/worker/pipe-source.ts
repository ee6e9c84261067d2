import type { Timed } from '../kit/index.js';
import { FeedPipe } from '../media/index.js';
import type { PlainHandler } from '../transport/index.js';
import type { EndpointRate } from './channel.js';
import type { PeerHost, PeerTransport, Resident } from './peer.js';
import type { PublisherPeer } from './publisher-peer.js';

/** The near end of a pipe: a publisher of this process on its way to another one. */
export class PipeSource implements Resident, Timed {
  private feed: FeedPipe | null = null;
  private transport: PeerTransport | null = null;
  private closed = false;
  private publisher: PublisherPeer | null = null;

  constructor(
    readonly id: number,
    private readonly host: PeerHost,
  ) {}

  /** The handler for its transport. */
  get handler(): PlainHandler {
    return {
      // Media goes one way.
      onRtp: () => {},
      onRtcp: (_memory, offset, length, now) => {
        if (!this.closed) this.feed?.onRtcp(offset, length, now);
      },
    };
  }

  /** Begins to pass the publisher on. */
  start(transport: PeerTransport, tag: number, publisher: PublisherPeer, now: number): void {
    const { media } = publisher;
    this.publisher = publisher;
    this.transport = transport;
    this.feed = new FeedPipe(media.feed, tag, transport, {
      onKeyFrameNeeded: (at, up) => media.requestKeyFrame(at, up),
    });
    this.feed.start(now);
    // At the end of this turn of the loop, when its packets have been forwarded.
    this.host.schedule(this, now);
  }

  onTime(now: number): number {
    return this.closed || !this.feed ? Number.POSITIVE_INFINITY : this.feed.onTime(now);
  }

  get videoRate(): number {
    return this.publisher?.videoRate ?? 0;
  }

  measure(): EndpointRate | null {
    return null;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.host.cancel(this);
    this.feed?.close();
    this.transport?.close();
  }
}
