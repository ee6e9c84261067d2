/** What a new endpoint is taken to cost until it is measured, share of a core: its handshake, and its media. */
const leastCost = 0.003;
/** A few endpoints of a process that does much else say nothing of what one costs. */
const mostCost = 0.02;

/** How busy one media process is, as the control process knows it: what was measured, and what has been added since. */
export class ProcessLoad {
  /** Endpoints that it carries. */
  endpoints = 0;
  /** Endpoints that are about to be added. */
  expected = 0;
  private measured = 0;
  /** Added since the last measurement, and in the one before, of which it shows only a part. */
  private fresh = 0;
  private young = 0;

  added(): void {
    this.endpoints += 1;
    this.fresh += 1;
  }

  removed(): void {
    this.endpoints -= 1;
  }

  /** @param utilisation of the last second, 0 to 1 */
  report(utilisation: number): void {
    this.measured = utilisation;
    this.young = this.fresh;
    this.fresh = 0;
  }

  /** What it will be, as far as is known, as share of a core; above 1 when more is placed there than it can do. */
  get projected(): number {
    const recent = Math.min(this.endpoints, this.fresh + this.young);
    const settled = this.endpoints - recent;
    const cost = settled === 0 ? leastCost : this.measured / settled;
    return this.measured + (recent + this.expected) * Math.min(mostCost, Math.max(leastCost, cost));
  }
}
