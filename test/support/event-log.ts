/** Fails with a clear error when a promise takes longer than `ms`; `describe` is asked only then. */
export async function within<T>(promise: Promise<T>, ms: number, describe: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${describe()} (waited ${ms} ms)`)), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

interface Waiter<T> {
  readonly from: number;
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Everything that has happened, in order, with a way to wait for something that has happened or will happen.
 * It never forgets, so a test cannot miss an event by asking late.
 */
export class EventLog<T> {
  readonly items: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();
  #tap: ((item: T) => void) | undefined;
  #ended: Error | undefined;

  /** Calls a function with every event from now on, before whoever waits for it. */
  tap(listener: (item: T) => void): void {
    this.#tap = listener;
  }

  /** Adds an event and wakes whoever waits for it. */
  push(item: T): void {
    const index = this.items.push(item) - 1;
    this.#tap?.(item);
    for (const waiter of this.#waiters) {
      if (index < waiter.from || !waiter.matches(item)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
    }
  }

  /** Nothing more will come: whoever waits, now or later, is told `reason`. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#waiters.clear();
  }

  /**
   * The first event from index `from` on that matches, past or future.
   * @throws Error after `ms`, or when the source ended first; the message names `what` and the last events
   */
  async waitFor(what: string, matches: (item: T) => boolean, ms: number, from = 0): Promise<T> {
    const found = this.items.slice(from).find(matches);
    if (found !== undefined) return found;
    const describe = (problem: string) => `${what}: ${problem}; last events: ${this.#tail()}`;
    if (this.#ended) throw new Error(describe(this.#ended.message));
    let waiter: Waiter<T> | undefined;
    const event = new Promise<T>((resolve, reject) => {
      waiter = { from, matches, resolve, reject: (reason) => reject(new Error(describe(reason.message))) };
      this.#waiters.add(waiter);
    });
    try {
      return await within(event, ms, () => describe('did not happen'));
    } finally {
      if (waiter) this.#waiters.delete(waiter);
    }
  }

  #tail(): string {
    return this.items
      .slice(-8)
      .map((item) => JSON.stringify(item)?.slice(0, 300))
      .join('\n  ');
  }
}
