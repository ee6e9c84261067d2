/** Keeps calls from a backend that is down: after `failures` in a row none for `pause` ms, then one to try. */
export class Breaker {
  private inARow = 0;
  private openUntil = 0;
  private probing = false;

  constructor(
    private readonly failures: number,
    private readonly pause: number,
  ) {}

  /** Whether a call would fail at once. @param now ms, on a clock that does not go back */
  isOpen(now: number): boolean {
    return this.inARow >= this.failures && (this.probing || now < this.openUntil);
  }

  /** A call begins. @returns false when it must not */
  enter(now: number): boolean {
    if (this.isOpen(now)) return false;
    this.probing = this.inARow >= this.failures;
    return true;
  }

  /**
   * A call that has begun is over.
   * @param answered whether the backend is there, whatever it said
   * @returns whether that has opened or closed it
   */
  leave(answered: boolean, now: number): boolean {
    const wasDown = this.inARow >= this.failures;
    this.probing = false;
    this.inARow = answered ? 0 : this.inARow + 1;
    const isDown = this.inARow >= this.failures;
    if (isDown) this.openUntil = now + this.pause;
    return wasDown !== isDown;
  }
}
