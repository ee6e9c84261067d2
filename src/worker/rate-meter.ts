import type { EndpointRate } from './channel.js';

/** Counters since the start of an endpoint's video, as the tracks keep them. */
export interface VideoCounters {
  bytes: number;
  frames: number;
  nack: number;
  pli: number;
  lostPackets: number;
}

/** Turns counters that only grow into what the last second brought. */
export class RateMeter {
  private bytes = 0;
  private frames = 0;
  private at: number;

  /** @param now ms */
  constructor(now: number) {
    this.at = now;
  }

  measure(id: number, counters: VideoCounters, now: number): EndpointRate {
    const seconds = Math.max(0.001, (now - this.at) / 1000);
    const rate: EndpointRate = {
      id,
      videoRate: Math.round(((counters.bytes - this.bytes) * 8) / seconds),
      fps: Math.round((counters.frames - this.frames) / seconds),
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
