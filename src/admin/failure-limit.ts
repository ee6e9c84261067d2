interface Failures {
  count: number;
  /** ms, on the caller's clock. */
  readonly until: number;
}

/** Counts failures of each network in a bounded table; the network that failed first is forgotten when it is full. */
export class FailureLimit {
  private readonly table = new Map<string, Failures>();

  /** @param period ms, from the first failure on */
  constructor(
    private readonly most: number,
    private readonly period: number,
    private readonly size: number,
  ) {}

  /** How long a network has to wait, ms; 0 when it may try. */
  wait(network: string, now: number): number {
    const failures = this.table.get(network);
    if (!failures) return 0;
    if (now < failures.until) return failures.count >= this.most ? failures.until - now : 0;
    this.table.delete(network);
    return 0;
  }

  fail(network: string, now: number): void {
    const failures = this.table.get(network);
    if (failures && now < failures.until) {
      failures.count += 1;
      return;
    }
    this.table.delete(network);
    const [oldest] = this.table.keys();
    if (this.table.size >= this.size && oldest !== undefined) this.table.delete(oldest);
    this.table.set(network, { count: 1, until: now + this.period });
  }
}
