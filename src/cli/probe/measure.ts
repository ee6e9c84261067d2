import type { UpTrack } from '../../media/index.js';

/** What was received of one track while it was looked at. */
export interface TrackFigures {
  readonly codec: string;
  readonly packets: number;
  /** kbit/s of payload. */
  readonly bitrate: number;
  /** Shares of the packets that were sent: those that did not come at once, and those that never came. */
  readonly lost: number;
  readonly missing: number;
  /** ms */
  readonly jitter: number;
}

export interface VideoFigures extends TrackFigures {
  readonly width: number;
  readonly height: number;
  /** A second. */
  readonly frameRate: number;
  readonly keyFrames: number;
}

interface Counts {
  readonly at: number;
  readonly packets: number;
  readonly octets: number;
  readonly frames: number;
  readonly keyFrames: number;
  readonly received: number;
  readonly recovered: number;
  readonly lost: number;
}

function countsOf({ packets, octets, frames, keyFrames, reception }: UpTrack): Counts {
  const { received, recovered, lost } = reception;
  return { at: performance.now(), packets, octets, frames, keyFrames, received, recovered, lost };
}

/** Begins to look at a track. @returns ends that, with what has come since */
export function measure(track: UpTrack): () => VideoFigures {
  const before = countsOf(track);
  return () => {
    const after = countsOf(track);
    const since = (name: keyof Counts) => after[name] - before[name];
    const seconds = since('at') / 1000;
    const missing = Math.max(0, since('lost'));
    const late = missing + since('recovered');
    const sent = Math.max(1, since('received') + late);
    return {
      codec: track.description.codec.name,
      packets: since('packets'),
      bitrate: (since('octets') * 8) / 1000 / seconds,
      lost: late / sent,
      missing: missing / sent,
      jitter: track.reception.jitterMs,
      width: track.size.width,
      height: track.size.height,
      frameRate: since('frames') / seconds,
      keyFrames: since('keyFrames'),
    };
  };
}

export function audioFigures({ codec, packets, bitrate, lost, missing, jitter }: VideoFigures): TrackFigures {
  return { codec, packets, bitrate, lost, missing, jitter };
}
