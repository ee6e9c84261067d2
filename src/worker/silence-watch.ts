/** How often it is looked, ms. */
const interval = 1000;

/**
 * Watches something that says a word every second as long as it works. What counts is how often nothing was heard, not a
 * time: after both have stood still, as in a virtual machine that was paused, there is nothing to hear either.
 */
export class SilenceWatch {
  private silent = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param most how long it may say nothing, ms
   * @param onSilent called once
   */
  constructor(
    private readonly most: number,
    private readonly onSilent: () => void,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.look(), interval).unref();
  }

  heard(): void {
    this.silent = 0;
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.silent += interval;
    if (this.silent <= this.most) return;
    this.stop();
    this.onSilent();
  }
}
