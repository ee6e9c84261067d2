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
}

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
    if (this.cut || loses < loss || this.inBurst) {
      this.lost += 1;
      return;
    }
    const inOrder = Math.max(this.lastDue, now + delay + jitters * jitter);
    const held = reorder !== undefined && reorders < reorder.probability;
    if (!held) this.lastDue = inOrder;
    this.insert({ due: held ? inOrder + reorder.by : inOrder, bytes });
    if (doubles < duplicate) this.insert({ due: inOrder + 1, bytes });
  }

  /** Hands over what has arrived by now. */
  run(now: number): void {
    while (this.nextDue <= now) this.deliver((this.flying.shift() as InFlight).bytes, now);
  }

  private insert(datagram: InFlight): void {
    let at = this.flying.length;
    while (at > 0 && (this.flying[at - 1] as InFlight).due > datagram.due) at -= 1;
    this.flying.splice(at, 0, datagram);
  }
}
