import type { ClockReading, MediaClock } from '../report/media-clock.js';

/** How far the publisher's clocks may lead from what arrival times say before they are not believed, ms. */
const credible = 500;

/**
 * Keeps one viewer's timeline in step with the publisher's wall clock while the encodings it is sent change: each has RTP
 * timestamps of its own, and sender reports tell how they belong together (RFC 3550 section 6.4.1). All changes are
 * measured against one moment, so that their errors do not add up.
 */
export class SwitchClock {
  private readonly reading: ClockReading = { ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 };
  private known = false;
  /** The moment: on the wall clock, s, and on the viewer's timeline. */
  private wall = 0;
  private shown = 0;

  constructor(private readonly clockRate: number) {}

  /**
   * Notes how an encoding is being shown, unless that is known.
   * @param delta the viewer's timestamps minus those of the encoding
   */
  note(clock: MediaClock, delta: number, now: number): void {
    if (this.known || !clock.read(now, this.reading)) return;
    this.known = true;
    this.wall = seconds(this.reading);
    this.shown = this.reading.rtpTimestamp + delta;
  }

  /**
   * The viewer's timestamp of an encoding's picture, later than all before.
   * @param timestamp of the picture
   * @param byArrival what the viewer's timestamp would be by the time that has passed
   * @param last the viewer's latest timestamp
   */
  place(clock: MediaClock, timestamp: number, byArrival: number, last: number, now: number): number {
    let placed = byArrival;
    if (this.known && clock.read(now, this.reading)) {
      const captured = seconds(this.reading) + ((timestamp - this.reading.rtpTimestamp) | 0) / this.clockRate;
      const exact = this.shown + Math.round((captured - this.wall) * this.clockRate);
      const error = (exact - byArrival) | 0;
      if (Math.abs(error) <= (credible * this.clockRate) / 1000) placed = byArrival + error;
    }
    return Math.max(placed, last + 1);
  }
}

function seconds({ ntpSeconds, ntpFraction }: ClockReading): number {
  return ntpSeconds + ntpFraction / 2 ** 32;
}
