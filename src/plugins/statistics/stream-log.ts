import { type Logger, RateLimit } from '../../kit/index.js';
import type { MediaSession } from '../../streams/index.js';
import { StreamStatus } from '../../wire/index.js';
import { type LiveMedia, type LiveSession, lossOf } from './live-media.js';

/** A client makes up both: what is longer than any real one is cut. */
const longest = 256;
/** It costs a client nothing to be refused: so many lines in a period of so many ms, and then how many there would have been. */
const refusedLines = 100;
const period = 10_000;

/** Says of every media session when it starts, when it ends and how it was. */
export function logStreams(live: LiveMedia, log: Logger, clock: () => number): void {
  live.on('started', (started) => {
    const { mediaSession, joinTime } = started;
    const { audioCodec: audio, videoCodec: video } = mediaSession;
    log.info({ ...nameOf(mediaSession), audio, video, afterMs: joinTime }, `${verb(mediaSession)} started`);
  });
  live.on('ended', (ended) => {
    const { mediaSession } = ended;
    log.info({ ...nameOf(mediaSession), ...summary(ended, clock()) }, `${verb(mediaSession)} ended`);
  });
  const refusals = new RateLimit(refusedLines, period);
  live.on('refused', (mediaSession) => {
    if (!refusals.allow(clock())) return;
    const untold = refusals.takeRefused();
    const { status, info } = mediaSession;
    // One that was stopped before it had begun is nobody's fault.
    const what = status === StreamStatus.FAILED ? 'failed' : 'ended';
    const more = untold === 0 ? {} : { untold };
    log.info(
      { ...nameOf(mediaSession), status, info, ...more },
      `${verb(mediaSession)} ${what} before it started`,
    );
  });
}

function verb({ published }: MediaSession): 'publishing' | 'playing' {
  return published ? 'publishing' : 'playing';
}

function nameOf({ session, id, name }: MediaSession) {
  const { remoteAddress, appKey } = session.identity;
  const mediaSession = id.slice(0, longest);
  return { session: session.id, mediaSession, stream: name.slice(0, longest), remoteAddress, appKey };
}

function summary({ mediaSession, startedAt, totals, lost }: LiveSession, now: number) {
  const { status, info } = mediaSession;
  const seconds = (now - startedAt) / 1000;
  const { bytes, packets } = totals;
  return {
    status,
    info,
    seconds: Math.round(seconds),
    bytes,
    kbps: seconds > 0 ? Math.round((bytes * 8) / 1000 / seconds) : 0,
    packets,
    lost,
    lostPercent: Math.round(lossOf(mediaSession, packets, lost) * 10_000) / 100,
  };
}
