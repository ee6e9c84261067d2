/** How often the loop is asked to come back, ms. */
const interval = 100;
/** Asked so often before the worst of it is told. */
const asksPerTelling = 10;

/** How long the control process's loop makes others wait: each second the worst of ten times that a timer was late. */
export class LoopLag {
  private timer: NodeJS.Timeout | undefined;
  private due = 0;
  private worst = 0;
  private asks = 0;

  /**
   * @param tell seconds
   * @param clock ms
   */
  constructor(
    private readonly tell: (seconds: number) => void,
    private readonly clock: () => number,
  ) {}

  start(): void {
    this.due = this.clock() + interval;
    this.timer = setInterval(() => this.onTimer(), interval).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private onTimer(): void {
    const now = this.clock();
    this.worst = Math.max(this.worst, now - this.due);
    this.due = now + interval;
    this.asks += 1;
    if (this.asks < asksPerTelling) return;
    this.tell(Math.max(0, this.worst) / 1000);
    this.worst = 0;
    this.asks = 0;
  }
}
