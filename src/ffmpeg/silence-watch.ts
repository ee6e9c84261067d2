/** Tells when a child is hung: input goes on coming, and no output does. */
export class SilenceWatch {
  /** When the first input came that nothing has come out after, ms; null while there is none. */
  private since: number | null = null;
  private lastInput = 0;

  /** @param limit how long it may be silent, ms */
  constructor(private readonly limit: number) {}

  /**
   * Notes input.
   * @param now ms, never going back
   * @returns whether the child is hung
   */
  input(now: number): boolean {
    // After a pause there may be nothing to say: who waits for a second picture is not hung.
    const paused = now - this.lastInput > this.limit / 2;
    this.lastInput = now;
    if (this.since === null || paused) this.since = now;
    return now - this.since > this.limit;
  }

  /** Notes output. */
  output(): void {
    this.since = null;
  }
}
