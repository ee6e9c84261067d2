import { networkOf } from '../kit/index.js';

/** An address stands for its network: all of IPv4, the /64 of IPv6. */
export interface AdmissionLimits {
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  /** Sockets that have not sent `connection` yet. */
  readonly maxPending: number;
  readonly maxPendingPerAddress: number;
}

interface Count {
  sockets: number;
  pending: number;
}

/** One socket that was let in. */
export interface Admitted {
  /** It has become a session. */
  establish(): void;
  /** It has closed. */
  leave(): void;
}

/** Counts sockets, in all and by network, and keeps out those above the limits. */
export class Admission {
  private readonly all: Count = { sockets: 0, pending: 0 };
  private readonly byNetwork = new Map<string, Count>();

  constructor(private readonly limits: AdmissionLimits) {}

  /** @returns null when there are too many already */
  enter(address: string): Admitted | null {
    const network = networkOf(address);
    const own = this.byNetwork.get(network) ?? { sockets: 0, pending: 0 };
    const { maxSessions, maxSessionsPerAddress, maxPending, maxPendingPerAddress } = this.limits;
    if (this.all.sockets >= maxSessions || own.sockets >= maxSessionsPerAddress) return null;
    if (this.all.pending >= maxPending || own.pending >= maxPendingPerAddress) return null;
    this.byNetwork.set(network, own);
    const counts = [this.all, own];
    for (const count of counts) {
      count.sockets += 1;
      count.pending += 1;
    }
    let pending = true;
    const establish = () => {
      if (!pending) return;
      pending = false;
      for (const count of counts) count.pending -= 1;
    };
    const leave = () => {
      establish();
      for (const count of counts) count.sockets -= 1;
      if (own.sockets === 0) this.byNetwork.delete(network);
    };
    return { establish, leave };
  }

  /** Nobody is there, and nothing is kept of those who were. */
  get empty(): boolean {
    return this.all.sockets === 0 && this.byNetwork.size === 0;
  }
}
