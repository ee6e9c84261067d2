import { random } from '../../rtp/support.js';

/** How a link treats its datagrams; probabilities from 0 to 1, times in ms. */
export interface LinkOptions {
  readonly seed: number;
  readonly delay?: number;
  /** Added to the delay, uniformly from 0 on; alone it changes no order, as in a queue. */
  readonly jitter?: number;
  readonly loss?: number;
  /** Gilbert's model: a chance a datagram that a burst of loss begins, and one that it ends. */
  readonly burst?: { readonly begin: number; readonly end: number };
  /** A datagram that is held back so long lets later ones pass. */
  readonly reorder?: { readonly probability: number; readonly by: number };
  readonly duplicate?: number;
  /** A bottleneck in front of it all: bit/s, and what its queue holds before it drops what comes. */
  readonly bottleneck?: { readonly rate: number; readonly queueMs: number };
}

/** Headers of IP and UDP, bytes. */
const packetOverhead = 28;

interface InFlight {
  readonly due: number;
  readonly bytes: Uint8Array;
}

/** One direction of a path in virtual time. The same seed and the same datagrams give the same fate. */
export class LossyLink {
  carried = 0;
  lost = 0;
  /** While true nothing gets through. */
  cut = false;
  private readonly next: () => number;
  private readonly flying: InFlight[] = [];
  private lastDue = 0;
  private inBurst = false;
  private bottleneckFreeAt = 0;

  constructor(
    private readonly options: LinkOptions,
    private readonly deliver: (bytes: Uint8Array, now: number) => void,
  ) {
    this.next = random(options.seed);
  }

  /** When the next datagram arrives, ms; `Infinity` for none. */
  get nextDue(): number {
    return this.flying[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  send(bytes: Uint8Array, now: number): void {
    this.carried += 1;
    // Drawn for every datagram, so that one option does not change what another one draws.
    const [loses, turns, jitters, reorders, doubles] = [1, 2, 3, 4, 5].map(this.next) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const { delay = 0, jitter = 0, loss = 0, burst, reorder, duplicate = 0 } = this.options;
    if (burst) this.inBurst = this.inBurst ? turns >= burst.end : turns < burst.begin;
    const passesAt = this.passBottleneck(bytes, now);
    if (this.cut || loses < loss || this.inBurst || passesAt === Number.POSITIVE_INFINITY) {
      this.lost += 1;
      return;
    }
    const inOrder = Math.max(this.lastDue, passesAt + delay + jitters * jitter);
    const held = reorder !== undefined && reorders < reorder.probability;
    if (!held) this.lastDue = inOrder;
    this.insert({ due: held ? inOrder + reorder.by : inOrder, bytes });
    if (doubles < duplicate) this.insert({ due: inOrder + 1, bytes });
  }

  /** Hands over what has arrived by now. */
  run(now: number): void {
    while (this.nextDue <= now) this.deliver((this.flying.shift() as InFlight).bytes, now);
  }

  /** When a datagram is through the bottleneck, ms; `Infinity` when there is no room for it in the queue. */
  private passBottleneck({ length }: Uint8Array, now: number): number {
    const { bottleneck } = this.options;
    if (!bottleneck) return now;
    const start = Math.max(now, this.bottleneckFreeAt);
    const bits = 8 * (length + packetOverhead);
    if (start - now + (1000 * bits) / bottleneck.rate > bottleneck.queueMs) return Number.POSITIVE_INFINITY;
    this.bottleneckFreeAt = start + (1000 * bits) / bottleneck.rate;
    return this.bottleneckFreeAt;
  }

  private insert(datagram: InFlight): void {
    let at = this.flying.length;
    while (at > 0 && (this.flying[at - 1] as InFlight).due > datagram.due) at -= 1;
    this.flying.splice(at, 0, datagram);
  }
}
