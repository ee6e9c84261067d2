import { NullRtcpHandler } from '../rtp/index.js';
import type { RoundTrip } from './report/round-trip.js';
import type { UpTrack } from './up-track.js';

/** Reads what the publisher's RTCP tells of its tracks, and of the path. */
export class PublisherRtcp extends NullRtcpHandler {
  now = 0;

  /** @param ssrc of the server's own reports */
  constructor(
    private readonly tracks: readonly UpTrack[],
    private readonly ssrc: number,
    private readonly trip: RoundTrip,
  ) {
    super();
  }

  override onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void {
    for (const track of this.tracks) {
      if (track.ssrc === ssrc) track.senderReport(ntpSeconds, ntpFraction, rtpTimestamp, this.now);
    }
  }

  override onDelaySinceLastReference(
    _reporter: number,
    asker: number,
    reference: number,
    delay: number,
  ): void {
    if (asker === this.ssrc) this.trip.echoed(reference, delay, this.now);
  }
}
