import type { ClockReading } from '../report/media-clock.js';
import type { UpTrack } from '../up-track.js';

const twoTo32 = 0x1_0000_0000;
/** What a report changes by more than this is no correction but another clock, ms. */
const stepSize = 500;
/** Tracks whose clocks differ by no more than this have the same, ms; reports may come late. */
const sameClock = 2000;
/** The same for two that were set at once: what they were set by is known exactly. */
const sameStep = 200;

/**
 * How far from a reading a frame that has come may have been taken, ms: it may have waited on its way longer than the report
 * before the reading, or less.
 */
const mostLate = 10_000;

/** What a track's last report said. */
interface Mapping {
  readonly epoch: number;
  /** The publisher's clock, ms, the RTP timestamp that belongs to it, and our time, ms. */
  readonly ntp: number;
  readonly timestamp: number;
  readonly now: number;
  /** The publisher's clock less the stream's, ms. */
  readonly ahead: number;
}

/**
 * The one clock of a stream's tracks: RTP timestamps as time of the publisher's wall clock, by its sender reports
 * (RFC 3550 section 6.4.1). Until a track has had one, it goes by when its packets arrive; until no track has, so do all.
 * When the wall clock is set, or is another one from now on, the stream's goes on as if nothing had been.
 */
export class StreamClock {
  private readonly reading: ClockReading = { ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 };
  private readonly mappings = new Map<UpTrack, Mapping>();
  /** The publisher's clock less the stream's, ms: the newest first, and the one before, which some track may still have. */
  private aheads: number[] = [];
  /** The stream's clock less ours, ms: how far the two have drifted apart. */
  private drift = 0;

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
    const { reading } = this;
    const { clockRate } = track.description.codec;
    if (track.clock.read(now, reading)) {
      const time = this.publisherTime(track, now);
      this.drift = time - now;
      return time - lateness(reading.rtpTimestamp, timestamp, clockRate);
    }
    return now + this.drift - lateness(track.arrivals.timestampAt(now), timestamp, clockRate);
  }

  /** What the reading that was made is on the stream's clock. */
  private publisherTime(track: UpTrack, now: number): number {
    const { ntpSeconds, ntpFraction, rtpTimestamp: timestamp } = this.reading;
    const ntp = (ntpSeconds + ntpFraction / twoTo32) * 1000;
    const { epoch } = track;
    const known = this.mappings.get(track);
    const ahead =
      known?.epoch === epoch
        ? this.kept(known, ntp, track, now)
        : this.known(ntp - now - this.drift, sameClock);
    this.mappings.set(track, { epoch, ntp, timestamp, now, ahead });
    return ntp - ahead;
  }

  private kept({ ahead, ...last }: Mapping, ntp: number, { description }: UpTrack, now: number): number {
    const { rtpTimestamp } = this.reading;
    const expected = last.ntp + behind(rtpTimestamp, last.timestamp, description.codec.clockRate);
    const step = ntp - expected;
    const stepOfNow = ntp - last.ntp - (now - last.now);
    // Where the RTP timestamps have jumped, and not the wall clock, the reading goes on with our time.
    const isWallClock = Math.abs(step) > stepSize && Math.abs(stepOfNow - step) < Math.abs(stepOfNow);
    return isWallClock ? this.known(ahead + step, sameStep) : ahead;
  }

  /** The one that another track has already, if there is one so near: what they share keeps them together. */
  private known(ahead: number, tolerance: number): number {
    const near = this.aheads.find((one) => Math.abs(one - ahead) <= tolerance);
    if (near !== undefined) return near;
    this.aheads = [ahead, ...this.aheads.slice(0, 1)];
    return ahead;
  }
}

/** How long before a reading a timestamp lies, ms. */
function behind(reading: number, timestamp: number, clockRate: number): number {
  return (((reading - timestamp) | 0) * 1000) / clockRate;
}

/** The same for a frame that has come; 0 where the RTP timestamps have jumped since the reading. */
function lateness(reading: number, timestamp: number, clockRate: number): number {
  const late = behind(reading, timestamp, clockRate);
  return Math.abs(late) > mostLate ? 0 : late;
}
