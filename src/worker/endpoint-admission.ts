export type EndpointKind = 'publisher' | 'viewer';

/** The share of a core, 0 to 1, beyond which new endpoints are refused; 1 refuses none. */
export interface AdmissionLimits {
  readonly viewers: number;
  readonly publishers: number;
}

/** What a process carries. */
export interface PresentLoad {
  /** The measured load, share of a core. */
  readonly utilisation: number;
  readonly endpoints: number;
}

/** Share of a core that an endpoint costs without its packets: its handshake, reports, audio. */
const fixedCost = 0.001;
/** And for each bit/s of its video: 4.5 µs a packet (docs/performance.md) of 1200 bytes. */
const bitCost = 4.5e-6 / (8 * 1200);
/** What a process may need for itself and its first endpoint, which says nothing about the others. */
const ownCost = 0.1;
/** What one of the others is taken to cost at most: the average of a few says little. */
const mostAverage = 0.02;
/** In which all but 1/e of an endpoint's cost shows in the measured load: it connects, and the load is smoothed, ms. */
const settling = 4000;
/** Once it refuses, the load must have fallen below this part of the limit before it takes endpoints again. */
const recovery = 0.9;

/**
 * Whether a media process takes another endpoint. What counts is the load that it will have: the measured one, and what
 * those cost that were let in a moment ago and do not show in it yet, handshakes included. So a crowd that comes at once
 * is let in as far as there is room, and then at the pace at which what it costs becomes known.
 */
export class EndpointAdmission {
  /** Since the start. */
  readonly refused: Record<EndpointKind, number> = { publisher: 0, viewer: 0 };
  private readonly full: Record<EndpointKind, boolean> = { publisher: false, viewer: false };
  private readonly limits: Record<EndpointKind, number>;
  /** Endpoints whose cost does not show yet, and their cost, share of a core. */
  private unsettled = 0;
  private unsettledCost = 0;
  private at = Number.NEGATIVE_INFINITY;

  constructor({ publishers, viewers }: AdmissionLimits) {
    this.limits = { publisher: publishers, viewer: viewers };
  }

  /**
   * @param bitrate of its video, as far as it is known, bit/s
   * @param now ms
   */
  admit(kind: EndpointKind, bitrate: number, { utilisation, endpoints }: PresentLoad, now: number): boolean {
    const fading = Math.exp((this.at - now) / settling);
    this.at = now;
    this.unsettled *= fading;
    this.unsettledCost *= fading;
    const limit = this.limits[kind];
    const load = utilisation + this.unsettledCost;
    this.full[kind] = limit < 1 && load > (this.full[kind] ? limit * recovery : limit);
    if (this.full[kind]) {
      this.refused[kind] += 1;
      return false;
    }
    const average = (utilisation - ownCost) / Math.max(1, endpoints - this.unsettled);
    this.unsettled += 1;
    this.unsettledCost += Math.max(fixedCost + bitrate * bitCost, Math.min(mostAverage, average));
    return true;
  }
}
