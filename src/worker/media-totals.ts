import type { Publisher, Viewer } from '../media/index.js';
import type { MediaTotals } from '../streams/index.js';

/** What has come from a publisher, over all its tracks. */
export function publisherTotals({ tracks, measuredRoundTrip }: Publisher): MediaTotals {
  const roundTrip = Math.round(measuredRoundTrip);
  const totals = { packets: 0, bytes: 0, lost: 0, repeated: 0, keyFrames: 0, roundTrip, firstFrame: -1 };
  for (const { packets, octets, keyFrames, reception } of tracks) {
    totals.packets += packets;
    totals.bytes += octets;
    totals.keyFrames += keyFrames;
    totals.lost += reception.lost;
    totals.repeated += reception.recovered;
  }
  return totals;
}

/** What has gone to a viewer, over all its tracks. */
export function viewerTotals({ tracks, lost, measuredRoundTrip, firstFrameAfter }: Viewer): MediaTotals {
  const roundTrip = Math.round(measuredRoundTrip);
  const firstFrame = Math.round(firstFrameAfter);
  const totals = { packets: 0, bytes: 0, lost, repeated: 0, keyFrames: 0, roundTrip, firstFrame };
  for (const { packets, octets, rtxOctets, retransmitted } of tracks) {
    totals.packets += packets;
    totals.bytes += octets + rtxOctets;
    totals.repeated += retransmitted;
  }
  return totals;
}
