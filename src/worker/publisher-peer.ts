import { randomName, randomUint32 } from '../kit/index.js';
import {
  type Feed,
  type MediaSettings,
  type MemoryPool,
  Publisher,
  type TrackDescription,
} from '../media/index.js';
import type { MediaTotals } from '../streams/index.js';
import type { EndpointRate } from './channel.js';
import { publisherTotals } from './media-totals.js';
import { Peer } from './peer.js';
import type { VideoCounters } from './rate-meter.js';

/** Changes of its size that a second may tell of; of more, that is none a camera makes, the second's last is told. */
const sizesPerSecond = 5;

/** A publishing endpoint. */
export class PublisherPeer extends Peer {
  private publisher: Publisher | null = null;
  private sizesLeft = sizesPerSecond;
  /** Width and height. */
  private untoldSize: readonly [number, number] | null = null;
  private tellSize: (width: number, height: number) => void = () => {};

  /**
   * Builds the media half once the transports are there.
   * @param ssrc of the server in what it reports to the peer
   * @returns false when memory is exhausted
   */
  build(
    tracks: readonly TrackDescription[],
    pool: MemoryPool,
    settings: MediaSettings,
    onPending: (feed: Feed) => void,
    onVideoSize: (width: number, height: number) => void,
    ssrc = randomUint32(),
  ): boolean {
    this.tellSize = onVideoSize;
    this.publisher = Publisher.create(
      tracks,
      this.transports,
      pool,
      ssrc,
      Buffer.from(randomName()),
      settings,
      {
        onStarted: () => this.host.started(this),
        onVideoSize: ({ width, height }) => this.onVideoSize(width, height),
        onDue: (due) => this.wake(due),
        onSilent: () => this.host.failed(this, 'rtp-activity', 'no media came'),
      },
      onPending,
    );
    return this.publisher !== null;
  }

  get media(): Publisher {
    if (!this.publisher) throw new Error('the publisher is not built');
    return this.publisher;
  }

  /** Once a second. */
  override measure(now: number): EndpointRate | null {
    if (this.untoldSize) this.tellSize(...this.untoldSize);
    this.untoldSize = null;
    this.sizesLeft = sizesPerSecond;
    return super.measure(now);
  }

  protected override countVideo(): VideoCounters {
    const counters = { bytes: 0, frames: 0, nack: 0, pli: this.media.keyFrameRequests, lostPackets: 0 };
    for (const track of this.media.tracks) {
      if (!track.isVideo) continue;
      counters.bytes += track.octets;
      const { encodings } = track;
      // Of several encodings of a picture, one counts.
      if (!encodings) counters.frames += track.frames;
      else if (track === encodings.ups[0]) counters.frames += encodings.frames;
      counters.nack += track.nacksSent;
      counters.lostPackets += track.reception.lost;
    }
    return counters;
  }

  protected override countAll(): MediaTotals {
    return publisherTotals(this.media);
  }

  protected override nextTime(now: number): number {
    return this.media.onTime(now);
  }

  protected override onConnected(now: number): void {
    this.media.onConnected(now);
  }

  override onRtp(transport: number, offset: number, length: number, now: number): void {
    if (!this.closed) this.media.onRtp(transport, offset, length, now);
  }

  override onRtcp(transport: number, offset: number, length: number, now: number): void {
    if (!this.closed) this.media.onRtcp(transport, offset, length, now);
  }

  protected override onClose(): void {
    this.publisher?.close();
  }

  /** Each is a message to the control process, and from there to every player. */
  private onVideoSize(width: number, height: number): void {
    this.untoldSize = this.sizesLeft === 0 ? [width, height] : null;
    if (this.untoldSize) return;
    this.sizesLeft -= 1;
    this.tellSize(width, height);
  }
}
