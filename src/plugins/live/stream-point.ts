import type { StreamPoint } from './messages.js';
import type { SessionFigures } from './needs.js';

/** In the order in which they are told. */
export const streamKeys = [
  'incoming',
  'outgoing',
  'fps',
  'publisherLoss',
  'viewerLoss',
  'rtt',
  'viewerRtt',
  'viewers',
] as const satisfies readonly (keyof StreamPoint)[];

/** A stream's last second. @param viewers those whose media flows */
export function streamPoint(
  publisher: SessionFigures | null,
  viewers: readonly SessionFigures[],
): StreamPoint {
  let outgoing = 0;
  let loss = 0;
  let losses = 0;
  let roundTrip = 0;
  let roundTrips = 0;
  for (const viewer of viewers) {
    outgoing += viewer.bitrate ?? 0;
    if (viewer.loss !== null) {
      loss += viewer.loss;
      losses += 1;
    }
    if (viewer.roundTrip !== null) {
      roundTrip += viewer.roundTrip;
      roundTrips += 1;
    }
  }
  return {
    incoming: publisher?.bitrate ?? null,
    outgoing,
    fps: publisher?.fps ?? null,
    publisherLoss: ratio(publisher?.loss ?? null),
    viewerLoss: losses === 0 ? null : ratio(loss / losses),
    rtt: publisher?.roundTrip ?? null,
    viewerRtt: roundTrips === 0 ? null : Math.round(roundTrip / roundTrips),
    viewers: viewers.length,
  };
}

/** With four digits behind the point, so that what is the same to people is the same. */
export function ratio(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
