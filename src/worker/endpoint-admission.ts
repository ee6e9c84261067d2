export type EndpointKind = 'publisher' | 'viewer';

/** The share of a core, 0 to 1, beyond which new endpoints are refused; 1 refuses none. */
export interface AdmissionLimits {
  readonly viewers: number;
  readonly publishers: number;
}

/** Share of a core that an endpoint is taken to cost without its video: its reports, its audio. */
const fixedCost = 0.0002;
/** And for each bit/s of its video: 4.5 µs a packet (docs/performance.md) of 1200 bytes. */
const bitCost = 4.5e-6 / (8 * 1200);
/** CPU time of a handshake, s. */
const handshake = 0.002;
/** In which a handshake shows in the measured load, s. */
const handshakesFor = 3;
/** In which the cost of a new endpoint comes to show in it, s. */
const settling = 5;
/** While more than this part of the cost does not show yet, the measured load says nothing about what endpoints cost. */
const mostUnsettled = 0.2;
/** How much of what a second says about the true costs is believed. */
const learning = 0.1;
/** Below this share of a core the measured load says nothing about what an endpoint costs. */
const leastTelling = 0.05;
/** How far the true costs may be from those taken. */
const ratios = { least: 0.25, most: 4 };
/** Measured load at which nobody is let in, whatever makes it, when it has lasted for so many seconds. */
const saturation = 0.97;
const patience = 5;
/** Once it refuses, the load must have fallen below this part of the limit before it takes endpoints again. */
const recovery = 0.9;

/** What an endpoint is taken to cost, share of a core. @param bitrate of its video, bit/s */
export function endpointCost(bitrate: number): number {
  return fixedCost + bitrate * bitCost;
}

/**
 * Whether a media process takes another endpoint. What counts is the load that it will have when those that were let in
 * a moment ago are up, and their handshakes done: what all endpoints are taken to cost, corrected by what they have been
 * seen to cost. So a crowd is let in as far as there is room, and not refused because its handshakes take a second.
 */
export class EndpointAdmission {
  /** Since the start. */
  readonly refused: Record<EndpointKind, number> = { publisher: 0, viewer: 0 };
  private readonly full: Record<EndpointKind, boolean> = { publisher: false, viewer: false };
  private readonly limits: Record<EndpointKind, number>;
  /** What all endpoints are taken to cost. */
  private cost = 0;
  /** What they do cost, as a part of that. */
  private ratio = 1;
  /** Handshakes a second, lately. */
  private handshakes = 0;
  /** Seconds for which the process has been saturated. */
  private saturated = 0;
  private admitted = 0;
  private admittedCost = 0;
  /** Part of `cost` that does not show in the measured load yet. */
  private unsettled = 0;

  constructor({ publishers, viewers }: AdmissionLimits) {
    this.limits = { publisher: publishers, viewer: viewers };
  }

  /**
   * Once a second.
   * @param cost sum of what the endpoints are taken to cost (`endpointCost`)
   * @param utilisation measured, share of a core
   */
  update(cost: number, utilisation: number): void {
    this.handshakes += (this.admitted - this.handshakes) / handshakesFor;
    this.admitted = 0;
    this.unsettled += this.admittedCost - this.unsettled / settling;
    this.admittedCost = 0;
    this.cost = cost;
    this.saturated = utilisation > saturation ? this.saturated + 1 : 0;
    const settled = utilisation - this.handshakes * handshake;
    if (cost < leastTelling || this.unsettled > mostUnsettled * cost) return;
    const ratio = Math.min(ratios.most, Math.max(ratios.least, settled / cost));
    this.ratio += (ratio - this.ratio) * learning;
  }

  /**
   * @param bitrate of its video, as far as it is known, bit/s
   * @param utilisation measured, share of a core
   */
  admit(kind: EndpointKind, bitrate: number, utilisation: number): boolean {
    const limit = this.limits[kind];
    const mark = this.full[kind] ? limit * recovery : limit;
    const load = Math.max(this.cost * this.ratio, utilisation - this.handshakes * handshake);
    this.full[kind] = limit < 1 && (load > mark || this.saturated >= patience);
    if (this.full[kind]) {
      this.refused[kind] += 1;
      return false;
    }
    this.admitted += 1;
    this.cost += endpointCost(bitrate);
    this.admittedCost += endpointCost(bitrate);
    return true;
  }
}
