/** Packets missed at once beyond which asking for each is no use: a key frame is. */
const maxMissing = 512;
/** Time a packet may be late before it counts as missing: what reordering on real paths takes, ms. */
const reorderingTolerance = 10;
const minRetryInterval = 40;
const maxTries = 10;
/** Age beyond which a packet is of no use to anyone's jitter buffer, ms. */
const maxAge = 1500;

/**
 * Notices missing packets of one up track and says when to ask for which (RFC 4585 section 6.2.1): first when a packet
 * is later than reordering explains, then once a round trip, until it comes, is too old, or was asked for ten times.
 */
export class NackGenerator {
  /** Packets given up on; the picture is broken there until the next key frame. */
  abandoned = 0;
  /** True from when a packet was given up on until `forgetBefore`: the picture cannot be whole in between. */
  broken = false;
  private readonly missing = new Float64Array(maxMissing);
  private readonly since = new Float64Array(maxMissing);
  private readonly askedAt = new Float64Array(maxMissing);
  private readonly tries = new Uint8Array(maxMissing);
  private count = 0;
  private highest = -1;

  /** How many packets are missing now. */
  get size(): number {
    return this.count;
  }

  /**
   * Notes a packet.
   * @param sequence extended sequence number
   * @returns false when so much is missing that the list was given up and only a key frame helps
   */
  received(sequence: number, now: number): boolean {
    if (this.highest < 0 || sequence === this.highest + 1) {
      this.highest = sequence;
      return true;
    }
    if (sequence <= this.highest) {
      this.forget(sequence);
      return true;
    }
    const gap = sequence - this.highest - 1;
    const first = this.highest + 1;
    this.highest = sequence;
    if (this.count + gap > maxMissing) {
      this.giveUp(this.count + gap);
      this.count = 0;
      return false;
    }
    for (let lost = first; lost < sequence; lost += 1) {
      this.missing[this.count] = lost;
      this.since[this.count] = now;
      this.askedAt[this.count] = Number.NEGATIVE_INFINITY;
      this.tries[this.count] = 0;
      this.count += 1;
    }
    return true;
  }

  /**
   * Collects the sequence numbers to ask for now, ascending, and marks them as asked for.
   * @param roundTrip to the publisher, ms
   * @param into receives 16-bit sequence numbers
   * @returns how many
   */
  collect(now: number, roundTrip: number, into: Uint16Array): number {
    const retryInterval = Math.max(minRetryInterval, roundTrip);
    let kept = 0;
    let collected = 0;
    for (let index = 0; index < this.count; index += 1) {
      const age = now - (this.since[index] as number);
      const due = age >= reorderingTolerance && now - (this.askedAt[index] as number) >= retryInterval;
      if (age > maxAge || (due && (this.tries[index] as number) >= maxTries)) {
        this.giveUp(1);
        continue;
      }
      if (due && collected < into.length) {
        into[collected] = (this.missing[index] as number) & 0xffff;
        collected += 1;
        this.askedAt[index] = now;
        this.tries[index] = (this.tries[index] as number) + 1;
      }
      this.move(index, kept);
      kept += 1;
    }
    this.count = kept;
    return collected;
  }

  /** Stops asking for what was lost before this packet, with which a key frame starts. */
  forgetBefore(sequence: number): void {
    this.broken = false;
    let kept = 0;
    for (let index = 0; index < this.count; index += 1) {
      if ((this.missing[index] as number) < sequence) continue;
      this.move(index, kept);
      kept += 1;
    }
    this.count = kept;
  }

  reset(): void {
    this.count = 0;
    this.highest = -1;
    this.broken = false;
  }

  private giveUp(packets: number): void {
    this.abandoned += packets;
    this.broken = true;
  }

  private forget(sequence: number): void {
    for (let index = 0; index < this.count; index += 1) {
      if (this.missing[index] !== sequence) continue;
      for (let after = index + 1; after < this.count; after += 1) this.move(after, after - 1);
      this.count -= 1;
      return;
    }
  }

  private move(from: number, to: number): void {
    if (from === to) return;
    this.missing[to] = this.missing[from] as number;
    this.since[to] = this.since[from] as number;
    this.askedAt[to] = this.askedAt[from] as number;
    this.tries[to] = this.tries[from] as number;
  }
}
