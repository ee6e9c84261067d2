import {
  type EgressOutput,
  namedAtEnd,
  type OutputEvent,
  type OutputListener,
  type RecordedFile,
} from '../../egress/index.js';
import { reasonOf } from '../../kit/index.js';
import type { Publication, StreamRecording } from '../../streams/index.js';
import type { RecordingPlan } from './wish.js';

/** What a recording needs of those around it. */
export interface RecordingSurroundings {
  /** Has the stream recorded from now on; rejects when it cannot be at the moment. */
  open(recording: LiveRecording, listener: OutputListener): Promise<EgressOutput>;
  onFile(recording: LiveRecording, file: RecordedFile): void;
  /** It has ended before its stream. */
  onFailed(recording: LiveRecording, reason: string): void;
  /** It will say nothing more. Called once. */
  onEnded(recording: LiveRecording): void;
}

/** How long the last status of a stream waits for its recording, ms. */
const longestWait = 900;
const firstRetry = 300;
const mostRetries = 6;

/**
 * A stream being recorded, from its start to the end of its last file. When the process that records dies, the stream
 * goes on in a new file as soon as there is another one.
 */
export class LiveRecording implements StreamRecording {
  running = true;
  /** The file that is written now; null while there is none. */
  file: string | null = null;
  readonly finished: Promise<void>;
  private first: string | null = null;
  /** Whether the first file is finished, or was left behind by a crash. */
  private settled = false;
  private output: EgressOutput | null = null;
  private opening = false;
  private failure: string | null = null;
  private retries = 0;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private finish: () => void = () => {};

  constructor(
    readonly publication: Publication,
    readonly plan: RecordingPlan,
    readonly startedAt: number,
    private readonly around: RecordingSurroundings,
  ) {
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  get name(): string | null {
    return this.settled || !namedAtEnd(this.plan.template) ? this.first : null;
  }

  /** Why it has ended, or ends, before its stream. */
  get reason(): string | null {
    return this.failure;
  }

  begin(): void {
    this.opening = true;
    const listener = {
      onEvent: (event: OutputEvent) => this.onEvent(event),
      onClosed: () => this.onClosed(),
    };
    this.around.open(this, listener).then(
      (output) => this.onOpened(output),
      (error) => this.onInterrupted(reasonOf(error)),
    );
  }

  /**
   * Ends it; idempotent.
   * @param failure why, where it is not meant to
   */
  stop(failure: string | null = null): Promise<void> {
    if (!this.running) return this.finished;
    this.running = false;
    this.failure ??= failure;
    clearTimeout(this.timer);
    setTimeout(() => this.finish(), longestWait).unref();
    if (this.output) this.output.close();
    else if (!this.opening) this.end();
    return this.finished;
  }

  private onOpened(output: EgressOutput): void {
    // Its end may have been heard first.
    if (!this.opening) return;
    this.opening = false;
    this.output = output;
    if (!this.running) output.close();
  }

  private onEvent(event: OutputEvent): void {
    switch (event.type) {
      case 'fileBegun':
        this.retries = 0;
        this.file = event.name;
        this.first ??= event.name;
        return;
      case 'fileFinished':
        this.onFile(event.file);
        return;
      case 'failed':
        this.failure ??= event.reason;
        this.running = false;
    }
  }

  private onFile(file: RecordedFile): void {
    if (!this.settled) this.first = file.name;
    this.settled = true;
    this.around.onFile(this, file);
  }

  private onClosed(): void {
    this.opening = false;
    this.output = null;
    this.file = null;
    const { name } = this;
    // What nothing was written into is gone; what a crash left gets the name that is known only if that has no end in it.
    if (!this.settled && (!this.running || name === null)) this.first = null;
    else this.settled = true;
    if (this.running) this.onInterrupted('the egress process has ended');
    else this.end();
  }

  private onInterrupted(reason: string): void {
    this.opening = false;
    if (!this.running) {
      this.end();
      return;
    }
    this.retries += 1;
    if (this.retries > mostRetries) {
      void this.stop(reason);
      return;
    }
    this.timer = setTimeout(() => this.begin(), firstRetry * 2 ** (this.retries - 1)).unref();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.failure !== null) this.around.onFailed(this, this.failure);
    this.finish();
    this.around.onEnded(this);
  }
}
