import type { Intake } from './intake/intake.js';
import type { Output, OutputEvent } from './outputs/output.js';

/** How long an output may take to end in order, ms. */
const closeTimeout = 10_000;

/** What an output's life is told to. */
export interface MakingListener {
  onEvent(event: OutputEvent): void;
  /** Called once: it is gone. */
  onOver(): void;
}

/** An output, and the stream that it is made of; sees to it that its end comes once, and in time. */
export class Making {
  private output: Output | null = null;
  private over = false;
  private ending: Promise<void> | null = null;
  /** What it says before it is known to be open. */
  private early: OutputEvent[] | null = [];

  constructor(
    readonly intake: Intake,
    private readonly listener: MakingListener,
    private readonly patience = closeTimeout,
  ) {}

  /** @throws what `make` throws */
  open(make: (emit: (event: OutputEvent) => void) => Output): void {
    this.output = make((event) => this.take(event));
  }

  /** It is known to be open: what it has said until now is said. */
  begin(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const event of early) this.take(event);
  }

  /** It cannot go on, for a reason of which it does not know itself. */
  fail(reason: string): void {
    if (this.over || this.ending) return;
    this.take({ type: 'failed', reason });
    void this.shut();
  }

  /** Ends it in order, or not, when it does not end in time. Never rejects; resolves when it is gone. */
  close(): Promise<void> {
    if (this.over) return Promise.resolve();
    this.ending ??= this.shut().then(() => this.end());
    return this.ending;
  }

  private take(event: OutputEvent): void {
    if (this.over) return;
    if (this.early) {
      this.early.push(event);
      return;
    }
    this.listener.onEvent(event);
    if (event.type === 'failed') this.end();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.listener.onOver();
  }

  /** Never rejects. */
  private async shut(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.patience);
    });
    try {
      await Promise.race([this.output?.close(), late]);
    } catch {
      // It should not; it is gone all the same.
    } finally {
      clearTimeout(timer);
    }
  }
}
