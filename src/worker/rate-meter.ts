import type { MediaRate } from '../streams/index.js';

/** Counters of an endpoint's video since its start. */
export interface VideoCounters {
  /** Of payload: what `bytesSent` and `bytesReceived` of WebRTC statistics count, and so what the SDK compares with. */
  bytes: number;
  frames: number;
  nack: number;
  pli: number;
  lostPackets: number;
}

/** An interval too short to say a rate of, ms: a few packets in it look like a flood. */
const shortestInterval = 500;

/** Turns counters that only grow into what the last interval brought. */
export class RateMeter {
  private bytes = 0;
  private frames = 0;
  private at = Number.NaN;

  /** Starts the first interval. */
  start(now: number): void {
    this.at = now;
  }

  /** @returns null before the start, or too soon after it */
  measure(counters: VideoCounters, now: number): MediaRate | null {
    const elapsed = now - this.at;
    if (!(elapsed >= shortestInterval)) return null;
    const rate = {
      videoRate: Math.round(((counters.bytes - this.bytes) * 8000) / elapsed),
      fps: Math.round(((counters.frames - this.frames) * 1000) / elapsed),
      nack: counters.nack,
      pli: counters.pli,
      lostPackets: counters.lostPackets,
    };
    this.bytes = counters.bytes;
    this.frames = counters.frames;
    this.at = now;
    return rate;
  }
}
