import { randomUint32 } from '../kit/index.js';
import { type DownTrackDescription, type MediaSettings, Viewer } from '../media/index.js';
import type { MediaTotals } from '../streams/index.js';
import { BitrateMeter } from './bitrate-meter.js';
import type { EndpointRate } from './channel.js';
import { viewerTotals } from './media-totals.js';
import { Peer } from './peer.js';
import type { PublisherPeer } from './publisher-peer.js';
import type { VideoCounters } from './rate-meter.js';

/** A playing endpoint. */
export class ViewerPeer extends Peer {
  private viewer: Viewer | null = null;
  private readonly outgoing = new BitrateMeter();

  /** Builds the media half once the transports are there. */
  build(
    tracks: readonly DownTrackDescription[],
    cname: string,
    publisher: PublisherPeer,
    settings: MediaSettings,
  ): void {
    this.viewer = new Viewer(
      publisher.media.feed,
      tracks,
      this.transports,
      randomUint32() & 0x7fff,
      Buffer.from(cname),
      {
        onStarted: () => this.host.started(this),
        onKeyFrameNeeded: (now, up) => publisher.media.requestKeyFrame(now, up),
      },
      settings.maxLossDelay,
    );
  }

  override measure(now: number): EndpointRate | null {
    const rate = super.measure(now);
    if (!rate) return null;
    const { tracks, estimate, lossRate } = this.media;
    const octets = tracks.reduce((sum, track) => sum + track.octets, 0);
    const bitrate = this.outgoing.measure(octets, now);
    return bitrate === null ? rate : { ...rate, outgoing: { bitrate, estimate, lossRate } };
  }

  protected override countVideo(): VideoCounters {
    const counters = {
      bytes: 0,
      frames: 0,
      nack: 0,
      pli: this.media.keyFramesAsked,
      lostPackets: this.media.lost,
    };
    for (const track of this.media.tracks) {
      if (track.description.kind !== 'video') continue;
      counters.bytes += track.octets + track.rtxOctets;
      counters.frames += track.frames;
      counters.nack += track.nacked;
    }
    return counters;
  }

  protected override countAll(): MediaTotals {
    return viewerTotals(this.media);
  }

  protected override nextTime(now: number): number {
    return this.media.onTime(now);
  }

  protected override onConnected(now: number): void {
    this.outgoing.start(now);
    this.media.onConnected(now);
  }

  override onRtp(): void {
    // A viewer has nothing to send but feedback.
  }

  override onRtcp(transport: number, offset: number, length: number, now: number): void {
    if (!this.closed) this.media.onRtcp(transport, offset, length, now);
  }

  protected override onClose(): void {
    this.viewer?.close();
  }

  private get media(): Viewer {
    if (!this.viewer) throw new Error('the viewer is not built');
    return this.viewer;
  }
}
