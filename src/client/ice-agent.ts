import { connectivityCheck, isCheckAnswer, transactionOf } from './connectivity-check.js';
import { type Candidate, type Link, openLink } from './link.js';

export interface IceAgentOptions {
  readonly candidates: readonly Candidate[];
  /** `<remote>:<local>` user name fragments. */
  readonly username: string;
  /** The server's. */
  readonly password: string;
  /** Takes what comes over the chosen way and is no STUN. */
  readonly receive: (bytes: Buffer) => void;
  /** The way has not answered for `consent`. */
  readonly onLost: () => void;
}

/** Between the checks while ways are tried, and of the way that was chosen, ms. */
const trying = 200;
const watching = 1000;
/** How long UDP is waited for before TCP will do, ms. */
const preferUdp = 1000;
/** Without an answer for so long the server is gone (RFC 7675 section 5.1), ms. */
const consent = 15_000;
const maxOpenChecks = 32;

interface Way {
  readonly candidate: Candidate;
  readonly link: Link;
  /** When each check that is not answered yet went out, ms. */
  readonly open: Map<string, number>;
  answered: boolean;
}

/**
 * The controlling side of ICE towards a server that is ICE-lite (RFC 8445): tries its candidates all at once, takes the
 * first that answers, and goes on checking that one, which tells the round-trip time as well.
 */
export class IceAgent {
  /** ms, smoothed; NaN before the first answer. */
  roundTrip = Number.NaN;
  private readonly ways: Way[] = [];
  private chosen: Way | null = null;
  private timer: NodeJS.Timeout | undefined;
  private preference: NodeJS.Timeout | undefined;
  private heardAt = performance.now();
  private closed = false;
  private onChosen: () => void = () => {};

  constructor(private readonly options: IceAgentOptions) {
    for (const candidate of options.candidates) {
      const way: Way = {
        candidate,
        link: openLink(candidate, (bytes) => this.take(way, bytes)),
        open: new Map(),
        answered: false,
      };
      this.ways.push(way);
    }
  }

  /** Resolves when a way to the server is found; the caller bounds the wait. */
  start(): Promise<void> {
    const found = new Promise<void>((resolve) => {
      this.onChosen = resolve;
    });
    const check = () => {
      for (const way of this.ways) this.check(way);
    };
    this.timer = setInterval(check, trying);
    this.preference = setTimeout(() => this.choose(this.ways.find(({ answered }) => answered)), preferUdp);
    check();
    return found;
  }

  /** The way that is used; null before there is one. */
  get candidate(): Candidate | null {
    return this.chosen?.candidate ?? null;
  }

  send(bytes: Uint8Array): void {
    this.chosen?.link.send(bytes);
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.preference);
    for (const { link } of this.ways) link.close();
  }

  private check(way: Way): void {
    const { username, password } = this.options;
    const message = connectivityCheck(username, password, way === this.chosen);
    if (way.open.size >= maxOpenChecks) way.open.clear();
    way.open.set(transactionOf(message), performance.now());
    way.link.send(message);
  }

  private take(way: Way, bytes: Buffer): void {
    if (this.closed) return;
    // STUN begins with 0 to 3 (RFC 7983 section 7).
    if ((bytes[0] ?? 0) > 3) {
      if (way === this.chosen) this.options.receive(bytes);
      return;
    }
    if (!isCheckAnswer(bytes, this.options.password)) return;
    const transaction = transactionOf(bytes);
    const sentAt = way.open.get(transaction);
    if (sentAt === undefined) return;
    way.open.delete(transaction);
    way.answered = true;
    const now = performance.now();
    if (this.chosen === null && way.candidate.protocol === 'udp') this.choose(way);
    else if (this.chosen === null && now - this.startedAt > preferUdp) this.choose(way);
    if (way !== this.chosen) return;
    this.heardAt = now;
    const took = now - sentAt;
    this.roundTrip = Number.isNaN(this.roundTrip) ? took : this.roundTrip + (took - this.roundTrip) / 4;
  }

  private readonly startedAt = performance.now();

  private choose(way: Way | undefined): void {
    if (!way || this.chosen !== null || this.closed) return;
    this.chosen = way;
    clearTimeout(this.preference);
    clearInterval(this.timer);
    for (const other of this.ways) if (other !== way) other.link.close();
    this.check(way);
    this.timer = setInterval(() => {
      this.check(way);
      if (performance.now() - this.heardAt > consent) this.options.onLost();
    }, watching);
    this.onChosen();
  }
}
