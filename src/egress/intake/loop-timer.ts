import { Agenda, type Timed } from '../../kit/index.js';

/** Runs an agenda by one timer of the event loop. */
export class LoopTimer {
  private readonly agenda = new Agenda();
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Number.POSITIVE_INFINITY;

  /** @param clock ms */
  constructor(private readonly clock: () => number) {}

  schedule(task: Timed, due: number): void {
    this.agenda.schedule(task, due);
    this.arm();
  }

  cancel(task: Timed): void {
    this.agenda.cancel(task);
  }

  close(): void {
    clearTimeout(this.timer);
    this.armedFor = Number.NEGATIVE_INFINITY;
  }

  private arm(): void {
    const { nextDue } = this.agenda;
    if (nextDue >= this.armedFor) return;
    this.armedFor = nextDue;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), Math.max(0, Math.ceil(nextDue - this.clock())));
  }

  private run(): void {
    this.armedFor = Number.POSITIVE_INFINITY;
    this.agenda.run(this.clock());
    this.arm();
  }
}
