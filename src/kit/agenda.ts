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
  readonly task: Timed;
  due: number;
  order: number;
  /** Where it stands in the heap; -1 while it runs or waits for the next call. */
  place: number;
  /** False once the task is cancelled. */
  live: boolean;
}

/**
 * The timers of a loop that tells the time itself: a binary heap of due times, so that behaviour can run in virtual
 * time under test and no timer object is made a packet. A task keeps its entry for as long as it comes again.
 */
export class Agenda {
  private readonly heap: Entry[] = [];
  private readonly entries = new Map<Timed, Entry>();
  private order = 0;

  get size(): number {
    return this.entries.size;
  }

  /** When the next task is due, ms; `Infinity` when there is none. */
  get nextDue(): number {
    return this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Runs `task` at `due`, instead of whenever it was going to run. Called by a task about itself while it runs, it
   * overrides what that run returns.
   * @param due ms; `Infinity` for never
   */
  schedule(task: Timed, due: number): void {
    if (due === Number.POSITIVE_INFINITY) {
      this.cancel(task);
      return;
    }
    let entry = this.entries.get(task);
    if (!entry) {
      entry = { task, due, order: 0, place: -1, live: true };
      this.entries.set(task, entry);
    }
    this.put(entry, due);
  }

  /** Forgets `task`. If it is running right now, the time that it returns is discarded too. */
  cancel(task: Timed): void {
    const entry = this.entries.get(task);
    if (entry) this.forget(entry);
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
        const entry = this.heap[0];
        if (!entry || entry.due > now) return;
        this.take(entry);
        if (entry.order < limit) {
          this.runOne(entry, now);
        } else {
          early ??= [];
          early.push(entry);
        }
      }
    } finally {
      for (const entry of early ?? []) if (entry.live && entry.place < 0) this.insert(entry);
    }
  }

  private runOne(entry: Entry, now: number): void {
    let next = Number.POSITIVE_INFINITY;
    try {
      next = entry.task.onTime(now);
    } finally {
      if (entry.live && entry.place < 0) {
        if (next === Number.POSITIVE_INFINITY) this.forget(entry);
        else this.put(entry, next);
      }
    }
  }

  private put(entry: Entry, due: number): void {
    entry.due = due;
    entry.order = this.order++;
    if (entry.place < 0) this.insert(entry);
    else this.settle(entry);
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry.task);
    entry.live = false;
    if (entry.place >= 0) this.take(entry);
  }

  private insert(entry: Entry): void {
    entry.place = this.heap.push(entry) - 1;
    this.settle(entry);
  }

  /** Takes an entry out of the heap. */
  private take(entry: Entry): void {
    const last = this.heap.pop() as Entry;
    if (last !== entry) {
      last.place = entry.place;
      this.settle(last);
    }
    entry.place = -1;
  }

  /** Moves an entry from its place to where its due time belongs. */
  private settle(entry: Entry): void {
    const heap = this.heap;
    let index = entry.place;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[index] = above;
      above.place = index;
      index = parent;
    }
    for (;;) {
      let child = 2 * index + 1;
      const right = child + 1;
      if (child >= heap.length) break;
      if (right < heap.length && before(heap[right] as Entry, heap[child] as Entry)) child = right;
      const below = heap[child] as Entry;
      if (!before(below, entry)) break;
      heap[index] = below;
      below.place = index;
      index = child;
    }
    heap[index] = entry;
    entry.place = index;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
