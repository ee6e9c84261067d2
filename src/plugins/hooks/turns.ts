/** Lets at most so many tasks run at the same time; so many more wait, the first come first. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  get queued(): number {
    return this.waiting.length;
  }

  /**
   * @param deadline resolves when it is no use any more
   * @returns false when there are too many, or the deadline came first; else `leave` must follow
   */
  async enter(deadline: Promise<unknown>): Promise<boolean> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return true;
    }
    if (this.waiting.length >= this.maxWaiting) return false;
    let turn = () => {};
    const called = new Promise<true>((resolve) => {
      turn = () => resolve(true);
    });
    this.waiting.push(turn);
    if (await Promise.race([called, deadline.then(() => false)])) return true;
    const index = this.waiting.indexOf(turn);
    if (index >= 0) this.waiting.splice(index, 1);
    // It was called at the last moment: the turn is the next one's.
    else this.leave();
    return false;
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
