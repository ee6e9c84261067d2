import { randomName, randomUint32 } from '../kit/index.js';
import {
  type Feed,
  type MediaSettings,
  type MemoryPool,
  Publisher,
  type TrackDescription,
} from '../media/index.js';
import { Peer } from './peer.js';
import type { VideoCounters } from './rate-meter.js';

/** A publishing endpoint. */
export class PublisherPeer extends Peer {
  private publisher: Publisher | null = null;

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
    this.publisher = Publisher.create(
      tracks,
      this.transports,
      pool,
      ssrc,
      Buffer.from(randomName()),
      settings,
      {
        onStarted: () => this.host.started(this),
        onVideoSize: ({ width, height }) => onVideoSize(width, height),
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

  protected override nextTime(now: number): number {
    return this.media.onTime(now);
  }

  protected override onConnected(now: number): void {
    this.media.onConnected(now);
  }

  protected override onRtp(transport: number, offset: number, length: number, now: number): void {
    if (!this.closed) this.media.onRtp(transport, offset, length, now);
  }

  protected override onRtcp(transport: number, offset: number, length: number, now: number): void {
    if (!this.closed) this.media.onRtcp(transport, offset, length, now);
  }

  protected override onClose(): void {
    this.publisher?.close();
  }
}
