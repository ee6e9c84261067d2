/** Share of lost packets below which nothing is held back. */
const tolerated = 0.005;
/** A report that is better counts only this much, so that a lucky second does not undo what the next one needs. */
const relief = 0.2;
/** What a second try waits for besides round trips: receivers repeat a NACK by a clock of their own, ms. */
const retryWait = 50;
/** More delay for each share of packets lost, ms: the more is lost, the more tries it takes. */
const perShare = 1000;
/** Changes smaller than this are not worth a change of pace, ms. */
const step = 30;

/**
 * How long a viewer that loses packets should hold the picture back, so that what is sent again is there in time: a
 * first try takes one and a half round trips, and one in `1/loss` needs another. Without loss it is 0: who sees all
 * shall see it at once.
 */
export class LossDelay {
  /** ms */
  value = 0;
  private loss = 0;

  /** @param most ms; 0 turns it off */
  constructor(private readonly most: number) {}

  /**
   * Takes a receiver report.
   * @param fractionLost since the last one, in 256ths
   * @param roundTrip ms
   * @returns whether `value` has changed
   */
  reported(fractionLost: number, roundTrip: number): boolean {
    const share = fractionLost / 256;
    this.loss = share > this.loss ? share : this.loss + (share - this.loss) * relief;
    const wanted =
      this.loss < tolerated ? 0 : Math.min(this.most, 1.5 * roundTrip + retryWait + perShare * this.loss);
    if (wanted === this.value || (wanted > 0 && Math.abs(wanted - this.value) < step)) return false;
    this.value = wanted;
    return true;
  }
}
