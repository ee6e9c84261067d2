import { NullRtcpHandler } from '../rtp/index.js';
import type { UpTrack } from './up-track.js';

/** Reads what the publisher's RTCP tells of its tracks. */
export class PublisherRtcp extends NullRtcpHandler {
  now = 0;

  constructor(private readonly tracks: readonly UpTrack[]) {
    super();
  }

  override onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void {
    for (const track of this.tracks) {
      if (track.ssrc === ssrc) track.senderReport(ntpSeconds, ntpFraction, rtpTimestamp, this.now);
    }
  }
}
