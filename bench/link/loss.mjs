// Which packets a link loses.

/**
 * Losses at random, or in bursts by the model of Gilbert and Elliott with everything lost in the bad state and nothing
 * in the good one. The state lives on when share and burst change.
 */
export class Loss {
  #random;
  #bad = false;

  /** @param {() => number} random from 0 to 1 */
  constructor(random) {
    this.#random = random;
  }

  /**
   * @param {number} share of packets that is lost in the long run, 0 to 1
   * @param {number} burst mean length of a run of lost packets; 1: each packet for itself
   * @returns {boolean} whether the next packet is lost
   */
  next(share, burst) {
    if (share <= 0) this.#bad = false;
    else if (share >= 1) this.#bad = true;
    else if (burst <= 1) this.#bad = this.#random() < share;
    else this.#bad = this.#random() < (this.#bad ? 1 - 1 / burst : share / ((1 - share) * burst));
    return this.#bad;
  }
}
