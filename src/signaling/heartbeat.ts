export interface HeartbeatOptions {
  /** ms between two pings. */
  readonly pingInterval: number;
  /** Pings that may go unanswered in a row. */
  readonly pingProbes: number;
}

/** Pings a client, and notices when it leaves too many unanswered (WCS spec A.5). */
export class Heartbeat {
  private unanswered = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param onSilent called at each interval from then on until `stop` */
  constructor(
    private readonly options: HeartbeatOptions,
    private readonly ping: () => void,
    private readonly onSilent: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.probe(), this.options.pingInterval);
  }

  /** The client has said something. */
  alive(): void {
    this.unanswered = 0;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private probe(): void {
    if (this.unanswered >= this.options.pingProbes) {
      this.onSilent();
      return;
    }
    this.unanswered += 1;
    this.ping();
  }
}
