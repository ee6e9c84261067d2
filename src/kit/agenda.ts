/** Something that wants to run again at a time it names itself. */
export interface Timed {
  /**
   * Does what is due.
   * @param now the current time, ms
   * @returns when to run next, ms on the same clock; `Infinity` for never
   */
  onTime(now: number): number;
}

interface Entry {
  due: number;
  readonly order: number;
  readonly task: Timed;
  live: boolean;
}

/**
 * The timers of a loop that tells the time itself: a binary heap of due times, so that behaviour can run in virtual
 * time under test and no timer object is made a packet.
 */
export class Agenda {
  private readonly heap: Entry[] = [];
  private readonly entries = new Map<Timed, Entry>();
  private running: Entry | null = null;
  private order = 0;

  get size(): number {
    return this.entries.size;
  }

  /** When the next task is due, ms; `Infinity` when there is none. */
  get nextDue(): number {
    this.dropDead();
    return this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Runs `task` at `due`, instead of whenever it was going to run. Called by a task about itself while it runs, it
   * overrides what that run returns.
   * @param due ms; `Infinity` for never
   */
  schedule(task: Timed, due: number): void {
    this.cancel(task);
    if (due === Number.POSITIVE_INFINITY) return;
    const entry: Entry = { due, order: this.order++, task, live: true };
    this.entries.set(task, entry);
    this.push(entry);
  }

  /** Forgets `task`. If it is running right now, the time that it returns is discarded too. */
  cancel(task: Timed): void {
    if (this.running?.task === task) this.running.live = false;
    const entry = this.entries.get(task);
    if (!entry) return;
    entry.live = false;
    this.entries.delete(task);
  }

  /**
   * Runs every task that is due, each at most once, in order of its due time. A task that asks to run again at a time
   * already past waits for the next call, and holds nobody else up.
   */
  run(now: number): void {
    const limit = this.order;
    let early: Entry[] | null = null;
    try {
      for (;;) {
        this.dropDead();
        const entry = this.heap[0];
        if (!entry || entry.due > now) return;
        this.pop();
        if (entry.order < limit) {
          this.runOne(entry, now);
        } else {
          early ??= [];
          early.push(entry);
        }
      }
    } finally {
      for (const entry of early ?? []) this.push(entry);
    }
  }

  private runOne(entry: Entry, now: number): void {
    this.entries.delete(entry.task);
    const outer = this.running;
    this.running = entry;
    let next: number;
    try {
      next = entry.task.onTime(now);
    } finally {
      this.running = outer;
    }
    if (entry.live) this.schedule(entry.task, next);
  }

  private dropDead(): void {
    while (this.heap[0] && !this.heap[0].live) this.pop();
  }

  private push(entry: Entry): void {
    const heap = this.heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = child + 1;
      if (child >= heap.length) break;
      if (right < heap.length && before(heap[right] as Entry, heap[child] as Entry)) child = right;
      const below = heap[child] as Entry;
      if (!before(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
