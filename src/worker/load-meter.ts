/** In which what was measured before counts for 1/e, ms. */
const memory = 2000;
/** Turns of the loop are too short to be worth an exponential each, ms. */
const step = 100;
/** What one turn may count for, ms: a process that was stopped for ten seconds has not been busy, or idle, for ten. */
const longestTurn = 1000;

/** How busy a loop is: the share of its time that it does not wait for input, smoothed over two seconds. */
export class LoadMeter {
  private smoothed = 0;
  private busy = 0;
  private elapsed = 0;
  private last: number;

  /** @param now ms */
  constructor(now: number) {
    this.last = now;
  }

  /** Share of a core, 0 to 1. */
  get utilisation(): number {
    return this.smoothed;
  }

  /**
   * Once a turn, when it has waited; allocates nothing.
   * @param before when the wait began, ms
   * @param after when it ended, ms
   */
  waited(before: number, after: number): void {
    const turn = after - this.last;
    if (!(turn > 0)) return;
    const scale = turn > longestTurn ? longestTurn / turn : 1;
    this.busy += Math.min(turn, Math.max(0, before - this.last)) * scale;
    this.elapsed += turn * scale;
    this.last = after;
    if (this.elapsed < step) return;
    const share = this.busy / this.elapsed;
    this.smoothed += (share - this.smoothed) * (1 - Math.exp(-this.elapsed / memory));
    this.busy = 0;
    this.elapsed = 0;
  }
}
