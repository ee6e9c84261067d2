/** Waits before a restart, ms: the first at once, then longer each time; the last is used from then on. */
const delays = [0, 500, 1000, 2000, 4000, 8000, 10_000];
/** A child that has lived so long was well, ms: its death is a first one again. */
const settled = 60_000;

/** Something that runs until it is closed or dies. */
export interface Restartable {
  close(): unknown;
}

/** Time as the restarter needs it; the real one by default. */
export interface Timers {
  /** ms, never going back */
  now(): number;
  /** Calls `run` once after `delay` ms. @returns what cancels it */
  after(delay: number, run: () => void): () => void;
}

export interface RestarterOwner<Child extends Restartable> {
  /**
   * Starts the child.
   * @param onDeath to be called once when it is over
   * @returns null when it cannot be started now, so that it is tried again later
   */
  start(onDeath: (reason: string) => void): Child | null;
  /** A child runs: it knows nothing, and has to be given everything from a key frame on. */
  onUp(child: Child): void;
  /** It is over, or could not be started; another will come, in `delay` ms. */
  onDown(reason: string, delay: number): void;
}

const realTimers: Timers = {
  now: () => performance.now(),
  after: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};

/** Keeps a child running for as long as it is wanted: starts another when it dies, more patiently each time. */
export class Restarter<Child extends Restartable> {
  /** The child that runs; null while there is none. */
  child: Child | null = null;
  private wanted = false;
  private deaths = 0;
  private startedAt = 0;
  private cancelRestart: () => void = () => {};
  /** Counts starts, so that word of an earlier child is not taken for that of this one. */
  private generation = 0;

  constructor(
    private readonly owner: RestarterOwner<Child>,
    private readonly timers: Timers = realTimers,
  ) {}

  /** Starts the first child, at once. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.deaths = 0;
    this.launch();
  }

  /** Closes the child, and starts none any more. The owner is told nothing. @returns what the child's `close` does */
  stop(): unknown {
    this.wanted = false;
    this.generation += 1;
    this.cancelRestart();
    const { child } = this;
    this.child = null;
    return child?.close();
  }

  private launch(): void {
    this.generation += 1;
    const generation = this.generation;
    this.startedAt = this.timers.now();
    const child = this.owner.start((reason) => {
      if (generation === this.generation) this.died(reason);
    });
    // It may have died, or the owner may have changed its mind, while it was being started.
    if (generation !== this.generation) {
      child?.close();
      return;
    }
    if (child === null) {
      this.died('it cannot be started');
      return;
    }
    this.child = child;
    this.owner.onUp(child);
  }

  private died(reason: string): void {
    this.child = null;
    this.generation += 1;
    if (this.timers.now() - this.startedAt >= settled) this.deaths = 0;
    const delay = delays[Math.min(this.deaths, delays.length - 1)] as number;
    this.deaths += 1;
    this.cancelRestart = this.timers.after(delay, () => this.launch());
    this.owner.onDown(reason, delay);
  }
}
