import type { OutgoingRate } from '../streams/index.js';

/** What a viewer was sent, and lost, since its start. */
export interface OutgoingCounters {
  /** Of payload, sent for the first time: what receivers' estimates count. */
  octets: number;
  packets: number;
  /** As the viewer reports. */
  lost: number;
}

const shortestInterval = 500;

/** Turns a viewer's counters into what the stream needed in the last interval, and what got through. */
export class OutgoingMeter {
  private octets = 0;
  private packets = 0;
  private lost = 0;
  private at = Number.NaN;

  /** Starts the first interval. */
  start(now: number): void {
    this.at = now;
  }

  /**
   * @param estimate the viewer's own, bit/s; 0 while unknown
   * @returns undefined before the start, or too soon after it
   */
  measure(counters: OutgoingCounters, estimate: number, now: number): OutgoingRate | undefined {
    const elapsed = now - this.at;
    if (!(elapsed >= shortestInterval)) return undefined;
    const packets = counters.packets - this.packets;
    const lost = Math.max(0, counters.lost - this.lost);
    const rate = {
      bitrate: Math.round(((counters.octets - this.octets) * 8000) / elapsed),
      estimate: Math.round(estimate),
      lossRate: packets > 0 ? Math.min(1, lost / packets) : 0,
    };
    this.octets = counters.octets;
    this.packets = counters.packets;
    this.lost = counters.lost;
    this.at = now;
    return rate;
  }
}
