import { AnswerTime } from './answer-time.js';

/** Packets missed at once beyond which asking for each is no use: a key frame is. */
const maxMissing = 512;
/** Time a packet may be late before it counts as missing: what reordering on real paths takes, ms. */
const reorderingTolerance = 10;
const minRetryInterval = 30;
/** Part of the answer time that is waited on top of it before a request is repeated: answers jitter. */
const retryMargin = 0.1;
/** Answer times that a packet is waited for, within these ages, ms: the picture of a browser stands still for 3 s at most. */
const maxAnswerTimes = 10;
const leastMaxAge = 1500;
const mostMaxAge = 3000;

/**
 * Notices missing packets of one up track and says when to ask for which (RFC 4585 section 6.2.1): first when a packet
 * is later than reordering explains, then each time an answer is overdue, until it comes or is too old.
 */
export class NackGenerator {
  /** Packets given up on; the picture is broken there until the next key frame. */
  abandoned = 0;
  /** True from when a packet was given up on until `forgetBefore`: the picture cannot be whole in between. */
  broken = false;
  /** When `collect` has something to do, ms; `Infinity` while nothing is missing. */
  due = Number.POSITIVE_INFINITY;
  private readonly missing = new Float64Array(maxMissing);
  private readonly since = new Float64Array(maxMissing);
  private readonly askedAt = new Float64Array(maxMissing);
  private readonly firstAskedAt = new Float64Array(maxMissing);
  private count = 0;
  private highest = -1;

  constructor(readonly answerTime = new AnswerTime()) {}

  /** How many packets are missing now. */
  get size(): number {
    return this.count;
  }

  /**
   * Notes a packet.
   * @param sequence extended sequence number
   * @param answers whether it may be the answer to a request
   * @returns false when so much is missing that the list was given up and only a key frame helps
   */
  received(sequence: number, now: number, answers = true): boolean {
    if (this.highest < 0 || sequence === this.highest + 1) {
      this.highest = sequence;
      return true;
    }
    if (sequence <= this.highest) {
      this.forget(sequence, answers ? now : Number.NaN);
      return true;
    }
    const gap = sequence - this.highest - 1;
    const first = this.highest + 1;
    this.highest = sequence;
    if (this.count + gap > maxMissing) {
      this.giveUp(this.count + gap);
      this.count = 0;
      this.due = Number.POSITIVE_INFINITY;
      return false;
    }
    for (let lost = first; lost < sequence; lost += 1) {
      this.missing[this.count] = lost;
      this.since[this.count] = now;
      this.askedAt[this.count] = Number.NEGATIVE_INFINITY;
      this.firstAskedAt[this.count] = Number.NaN;
      this.count += 1;
    }
    this.due = Math.min(this.due, now + reorderingTolerance);
    return true;
  }

  /**
   * Collects the sequence numbers to ask for now, ascending, and marks them as asked for.
   * @param into receives 16-bit sequence numbers
   * @returns how many
   */
  collect(now: number, into: Uint16Array): number {
    const { ms } = this.answerTime;
    const retryInterval = Math.max(minRetryInterval, ms + retryMargin * ms);
    const oldest = Math.min(mostMaxAge, Math.max(leastMaxAge, maxAnswerTimes * ms));
    this.due = Number.POSITIVE_INFINITY;
    let kept = 0;
    let collected = 0;
    for (let index = 0; index < this.count; index += 1) {
      const since = this.since[index] as number;
      if (now - since > oldest) {
        this.giveUp(1);
        continue;
      }
      let due = Math.max(since + reorderingTolerance, (this.askedAt[index] as number) + retryInterval);
      if (due <= now && collected < into.length) {
        into[collected] = (this.missing[index] as number) & 0xffff;
        collected += 1;
        this.askedAt[index] = now;
        if (Number.isNaN(this.firstAskedAt[index])) this.firstAskedAt[index] = now;
        due = now + retryInterval;
      }
      // What does not fit waits a moment: a due time that has passed would keep the loop from waiting at all.
      this.due = Math.min(this.due, Math.max(due, now + 1));
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
    this.due = Number.POSITIVE_INFINITY;
    this.highest = -1;
    this.broken = false;
  }

  private giveUp(packets: number): void {
    this.abandoned += packets;
    this.broken = true;
  }

  /** @param answeredAt ms; NaN when it is no answer */
  private forget(sequence: number, answeredAt: number): void {
    for (let index = 0; index < this.count; index += 1) {
      if (this.missing[index] !== sequence) continue;
      const elapsed = answeredAt - (this.firstAskedAt[index] as number);
      if (!Number.isNaN(elapsed)) this.answerTime.note(elapsed);
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
    this.firstAskedAt[to] = this.firstAskedAt[from] as number;
  }
}
