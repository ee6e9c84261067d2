import { type LiveSession, lossOf } from './live-media.js';

/** What a media session was like in its last second; null where that is not known. */
export interface SessionFigures {
  /** When its media began, ms since 1970. */
  readonly startedAt: number;
  /** Payload of audio and video, bit/s. */
  readonly bitrate: number | null;
  /** The bandwidth that a viewer estimates, bit/s. */
  readonly estimate: number | null;
  /** Part of the packets that were lost, 0 to 1. */
  readonly loss: number | null;
  /** ms */
  readonly roundTrip: number | null;
  readonly fps: number | null;
  /** Packets asked for again, and key frames asked for, since the start. */
  readonly nack: number | null;
  readonly pli: number | null;
}

export function sessionFigures(live: LiveSession): SessionFigures {
  const { mediaSession, latest, joinTime } = live;
  const startedAt = mediaSession.createDate + joinTime;
  if (!latest)
    return {
      ...{ startedAt, bitrate: null, estimate: null, loss: null },
      ...{ roundTrip: null, fps: null, nack: null, pli: null },
    };
  const { outgoing, totals, fps, nack, pli } = latest;
  return {
    startedAt,
    bitrate: Math.round(outgoing?.bitrate ?? live.bitrate),
    estimate: outgoing?.estimate || null,
    loss: outgoing ? outgoing.lossRate : lossOfPublisher(live),
    roundTrip: totals?.roundTrip || null,
    fps,
    nack,
    pli,
  };
}

function lossOfPublisher({ mediaSession, latest, lastGrowth }: LiveSession): number | null {
  if (!mediaSession.published || !lastGrowth || !latest?.totals) return null;
  return lossOf(mediaSession, lastGrowth.packets, lastGrowth.lost);
}
