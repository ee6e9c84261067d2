import { ntpFraction, ntpSeconds } from '../../rtp/index.js';
import type { UpTrack } from '../up-track.js';
import type { ClockReading } from './media-clock.js';

/** Time after which a track's sender report is no longer waited for, ms; RFC 3550 section 6.2 has them every 5 s at most. */
const patience = 6000;

/**
 * What the clocks of one publisher's track show now, for sender reports about it: the publisher's own, or, once one of
 * its tracks has been without a sender report for too long, ours, by when packets arrive. All its tracks go by the same
 * clock, since that is what keeps them together.
 * @param tracks all of the publisher
 * @returns false while that is not known
 */
export function readSourceClock(
  tracks: readonly UpTrack[],
  track: UpTrack,
  now: number,
  into: ClockReading,
): boolean {
  const { clock, arrivals } = track;
  const ours = tracks.some((one) => one.ssrc >= 0 && !one.clock.isKnown && now - one.startedAt > patience);
  if (!clock.read(now, into)) {
    if (!ours || !arrivals.isKnown) return false;
    into.rtpTimestamp = arrivals.timestampAt(now);
  }
  if (ours) {
    into.ntpSeconds = ntpSeconds(now);
    into.ntpFraction = ntpFraction(now);
  }
  return true;
}
