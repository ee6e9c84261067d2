import type { Level } from './layer-ladder.js';

/** Share of packets lost beyond which a path is overloaded, and below which it may take more. */
const overload = 0.1;
const calm = 0.02;
/** How long what a viewer reported of its loss counts, ms; and how long after a change it still tells of the time before. */
const lossCounts = 1500;
const lossLags = 700;
/** Share of the estimate that payloads may take: the rest is for headers, sound and retransmissions. */
const share = 0.9;
/** An estimate below what is sent must grow by this factor in this time, ms, not to be taken for the path's limit. */
const growth = 1.03;
const patience = 4000;
/** An estimate that falls to this share of what it was tells of queues that grow. */
const fall = 0.9;
/** Time after which a step up has shown that the path carries it, whatever the estimate says, and the next may follow, ms. */
const stepTime = 5000;
/** A step up that has held so long is a success, ms. */
const probation = 10_000;
/** Wait for the next try after one that failed, ms: doubled with each failure. */
const minBackoff = 5000;
const maxBackoff = 120_000;

interface Failure {
  /** Until the next try, ms. */
  readonly wait: number;
  readonly until: number;
}

/**
 * Chooses which level of a ladder one viewer is sent.
 *
 * A viewer of whose path nothing bad is known gets the best level. Congestion is told by a loss of 10 % and more, or by
 * the viewer's estimate being less than what the level costs and falling, or not growing for four seconds. An estimate
 * that is merely low proves nothing: receivers estimate from what they receive (draft-ietf-rmcat-gcc-02 section 5.5 keeps
 * it within 1.5 times of that), so one that has been sent little reports little. Congestion brings the viewer down at
 * once, to the best level that fits the estimate, or without one a step.
 *
 * For the same reason the way up is by trial: after a hold-off one step, or as far as the estimate reaches by itself. If
 * the next ten seconds bring congestion, the step is taken back, and the next try of that level waits twice as long as the
 * last, from five seconds to two minutes: a path that cannot carry it is bothered ever less often. When it holds, that is
 * forgotten. A step that has held for five seconds is itself the proof that the next may be tried, even where the estimate
 * has stayed low: browsers' estimates of thin streams rise by two or three percent a second.
 */
export class LayerSelector {
  private current: Level | null = null;
  /** Whether congestion has been seen since the best level last held. */
  private limited = false;
  /** What has failed, by level. */
  private readonly failures = new Map<string, Failure>();
  private raisedFrom: Level | null = null;
  private holdUntil = 0;
  private raisedAt = Number.NEGATIVE_INFINITY;
  private changedAt = Number.NEGATIVE_INFINITY;
  /** The estimate when it last grew, or was enough; 0 before the first. */
  private reference = 0;
  private referenceAt = 0;
  private loss = 0;
  private lossAt = Number.NEGATIVE_INFINITY;

  /** @param fraction of packets, 0 to 1, as the viewer reports it */
  onLoss(fraction: number, now: number): void {
    this.loss = fraction;
    this.lossAt = now;
  }

  /**
   * @param ladder at least one level, the worst first
   * @param estimate of what the viewer can receive, bit/s; 0 while unknown
   * @param settled whether the last choice is what the viewer is being sent
   */
  select(ladder: readonly Level[], estimate: number, settled: boolean, now: number): Level {
    const top = ladder.length - 1;
    let index = this.limited ? placeOf(ladder, this.current) : top;
    if (!settled) {
      this.raisedAt = this.raisedAt > 0 ? now : this.raisedAt;
      this.changedAt = now;
      this.note(estimate, now);
    } else if (this.isCongested(ladder[index] as Level, estimate, now)) {
      index = this.lower(ladder, index, estimate, now);
    } else if (this.limited) {
      index = this.raise(ladder, index, estimate, now);
    }
    this.current = ladder[index] as Level;
    return this.current;
  }

  private isCongested({ rate }: Level, estimate: number, now: number): boolean {
    const lossCountsNow = now - this.lossAt < lossCounts && this.lossAt > this.changedAt + lossLags;
    if (lossCountsNow && this.loss >= overload) return true;
    if (estimate === 0) return false;
    const isFirst = this.reference === 0;
    if (estimate >= rate * share || (!isFirst && estimate > this.reference * growth)) {
      this.note(estimate, now);
      return false;
    }
    if (isFirst || estimate < this.reference * fall) return true;
    return !this.isProven(now) && now - this.referenceAt > patience;
  }

  private lower(ladder: readonly Level[], from: number, estimate: number, now: number): number {
    const level = ladder[from] as Level;
    const { rate } = level;
    this.limited = true;
    this.changed(estimate, now);
    // There is nothing below, and so nothing to learn from it.
    if (from === 0) return 0;
    const isTrial = now - this.raisedAt < probation && this.raisedFrom !== null;
    let index = isTrial ? Math.min(from, placeOf(ladder, this.raisedFrom)) : from;
    if (!isTrial) {
      const budget = estimate > 0 && estimate < rate ? estimate * share : rate * share - 1;
      while (index > 0 && (ladder[index] as Level).rate > budget) index -= 1;
    }
    const wait = Math.min(maxBackoff, 2 * (this.failures.get(keyOf(level))?.wait ?? minBackoff / 2));
    this.failures.set(keyOf(level), { wait, until: now + wait });
    this.holdUntil = now + minBackoff;
    this.raisedAt = Number.NEGATIVE_INFINITY;
    return index;
  }

  private raise(ladder: readonly Level[], from: number, estimate: number, now: number): number {
    const top = ladder.length - 1;
    if (this.raisedAt > 0 && now - this.raisedAt >= probation) {
      this.failures.delete(keyOf(ladder[from] as Level));
      if (from === top) this.limited = false;
    }
    const isCalm = now - this.lossAt >= lossCounts || this.loss < calm;
    // With less than the least there is, waiting for it to grow is no use: receivers hardly measure such streams.
    const isTrusted = from > 0 && !this.isProven(now);
    const isLow = isTrusted && estimate > 0 && estimate < (ladder[from] as Level).rate * share;
    if (from === top || now < this.holdUntil || !isCalm || isLow) return from;
    let index = from + 1;
    if (now < (this.failures.get(keyOf(ladder[index] as Level))?.until ?? 0)) return from;
    while (index < top && (ladder[index + 1] as Level).rate <= estimate * share) index += 1;
    this.raisedAt = now;
    this.raisedFrom = ladder[from] as Level;
    this.holdUntil = now + stepTime;
    this.changed(estimate, now);
    return index;
  }

  /** Whether the last step up has held long enough to be believed more than the estimate. */
  private isProven(now: number): boolean {
    return this.raisedAt > 0 && now - this.raisedAt >= stepTime;
  }

  private changed(estimate: number, now: number): void {
    this.changedAt = now;
    this.note(estimate, now);
  }

  private note(estimate: number, now: number): void {
    this.reference = estimate;
    this.referenceAt = now;
  }
}

/** Where a level is in a ladder; where it is gone, the best that is no dearer. */
function placeOf(ladder: readonly Level[], wanted: Level | null): number {
  if (!wanted) return 0;
  const key = keyOf(wanted);
  const same = ladder.findIndex((level) => keyOf(level) === key);
  if (same >= 0) return same;
  let index = ladder.length - 1;
  while (index > 0 && (ladder[index] as Level).rate > wanted.rate) index -= 1;
  return index;
}

function keyOf({ up, spatialId, temporalId }: Level): string {
  return `${up.index}/${spatialId}/${temporalId}`;
}
