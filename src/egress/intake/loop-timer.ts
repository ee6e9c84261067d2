import { Agenda, type Timed } from '../../kit/index.js';

/** Runs an agenda by one timer of the event loop. */
export class LoopTimer {
  private readonly agenda = new Agenda();
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Number.POSITIVE_INFINITY;
  private closed = false;

  /** @param clock ms */
  constructor(private readonly clock: () => number) {}

  schedule(task: Timed, due: number): void {
    this.agenda.schedule(task, due);
    this.arm();
  }

  /** How many tasks will run. */
  get size(): number {
    return this.agenda.size;
  }

  cancel(task: Timed): void {
    this.agenda.cancel(task);
  }

  /** Nothing runs any more. Idempotent. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private arm(): void {
    const { nextDue } = this.agenda;
    if (this.closed || nextDue >= this.armedFor) return;
    this.armedFor = nextDue;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), Math.max(0, Math.ceil(nextDue - this.clock())));
  }

  private run(): void {
    this.armedFor = Number.POSITIVE_INFINITY;
    try {
      this.agenda.run(this.clock());
    } finally {
      this.arm();
    }
  }
}
