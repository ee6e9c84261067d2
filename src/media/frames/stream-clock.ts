import type { ClockReading } from '../report/media-clock.js';
import type { UpTrack } from '../up-track.js';

const twoTo32 = 0x1_0000_0000;

/**
 * The one clock of a stream's tracks: RTP timestamps as time of the publisher's wall clock, by its sender reports
 * (RFC 3550 section 6.4.1). Until a track has had one, it goes by when its packets arrive; until no track has, so do all.
 */
export class StreamClock {
  private readonly reading: ClockReading = { ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 };
  /** The publisher's clock less ours, so that time goes on when the first report comes, ms; NaN before. */
  private ahead = Number.NaN;

  /** Whether a track goes by the publisher's own clock. */
  isExact(track: UpTrack): boolean {
    return track.clock.isKnown;
  }

  /**
   * @param timestamp RTP timestamp of a packet that has come
   * @param now ms
   * @returns ms, on our clock's scale: what arrives without delay has about `now`
   */
  timeOf(track: UpTrack, timestamp: number, now: number): number {
    const { codec } = track.description;
    if (this.read(track, now)) return this.publisherTime(now) - this.behind(timestamp, codec.clockRate);
    this.reading.rtpTimestamp = track.arrivals.timestampAt(now);
    return now - this.behind(timestamp, codec.clockRate);
  }

  private read(track: UpTrack, now: number): boolean {
    if (!track.clock.read(now, this.reading)) return false;
    if (Number.isNaN(this.ahead)) this.ahead = this.ntp() - now;
    return true;
  }

  private publisherTime(now: number): number {
    const time = this.ntp() - this.ahead;
    // Its wall clock was set, or another publisher has taken the stream's place.
    if (Math.abs(time - now) > 10_000) this.ahead = this.ntp() - now;
    return this.ntp() - this.ahead;
  }

  private ntp(): number {
    return (this.reading.ntpSeconds + this.reading.ntpFraction / twoTo32) * 1000;
  }

  /** How long before the reading a timestamp lies, ms. */
  private behind(timestamp: number, clockRate: number): number {
    return (((this.reading.rtpTimestamp - timestamp) | 0) * 1000) / clockRate;
  }
}
