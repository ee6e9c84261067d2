import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EgressSettings, FromEgress, ToEgress } from './channel.js';
import type { OutputEvent } from './outputs/output.js';

/**
 * Hears of one output, maybe before the promise of its opening is resolved, and never after `onClosed`. Of one that could
 * not be opened it hears nothing.
 */
export interface OutputListener {
  onEvent(event: OutputEvent): void;
  /** It is gone: it was closed, has failed, its stream has ended, or its process has died. */
  onClosed(): void;
}

/** The egress process cannot do it, or is not up. */
export class EgressUnavailable extends Error {
  override readonly name = 'EgressUnavailable';
}

const startTimeout = 30_000;
const openTimeout = 5000;
/** How long a process that has left a request unanswered may say nothing before it is killed, ms. */
const hangTimeout = 15_000;
/** Requests that wait for an answer at most. */
const maxOpening = 1024;
/** How long a closing process may take to finish its files before it is killed, ms. */
const closeTimeout = 2300;
/** How long what it says of them is waited for, ms. */
const lastWordsTimeout = 1500;

/** The process's own module, as it is built. */
const entryOfServer = new URL('./egress-process.js', import.meta.url);

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** The control process's side of the egress process: its channel and the outputs opened through it. */
export class EgressProcess {
  /** Of loopback, where pipes lead to. */
  port = 0;
  private readonly child: ChildProcess;
  private readonly opening = new Map<number, Waiting>();
  private readonly outputs = new Map<number, OutputListener>();
  private readonly readiness: Promise<void>;
  private becomeReady: () => void = () => {};
  private failStart: (error: Error) => void = () => {};
  private onQuiet: () => void = () => {};
  private nextId = 1;
  private over = false;
  private closing = false;
  /** Runs while it has left a request unanswered and said nothing since. */
  private hanging: NodeJS.Timeout | undefined;
  /** Runs while its channel is closed and it has not ended. */
  private parting: NodeJS.Timeout | undefined;

  /**
   * @param onExit called once when it has ended without having been closed; its outputs have been told
   * @param entry module that the process runs
   */
  constructor(
    settings: EgressSettings,
    private readonly onNote: (message: string) => void,
    private readonly onExit: (reason: string) => void,
    entry = entryOfServer,
  ) {
    this.readiness = new Promise((resolve, reject) => {
      this.becomeReady = resolve;
      this.failStart = reject;
    });
    this.readiness.catch(() => {});
    this.child = fork(fileURLToPath(entry), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Frames go through the channel as bytes.
      serialization: 'advanced',
    });
    this.child.on('message', (message) => this.receive(message as FromEgress));
    this.child.on('disconnect', () => this.cutOff());
    this.child.on('error', (error) => this.gone(error.message));
    this.child.on('exit', (code, signal) => this.gone(signal ? `killed by ${signal}` : `exit code ${code}`));
    this.post({ type: 'start', settings });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), startTimeout);
    this.readiness.finally(() => clearTimeout(timer)).catch(() => {});
  }

  /** What is open or opening, as counts. */
  get held() {
    return { opening: this.opening.size, outputs: this.outputs.size };
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** @throws (rejects) EgressUnavailable when it has ended before it was */
  async ready(): Promise<void> {
    await this.readiness;
  }

  /** An id for what is to be opened. */
  freshId(): number {
    const id = this.nextId;
    this.nextId += 1;
    return id;
  }

  /** @throws (rejects) EgressUnavailable */
  openIntake(request: Extract<ToEgress, { type: 'openIntake' }>): Promise<void> {
    return this.open(request.id, request);
  }

  closeIntake(id: number): void {
    this.post({ type: 'closeIntake', id });
  }

  /** @throws (rejects) EgressUnavailable; its listener then hears nothing */
  async openOutput(
    request: Extract<ToEgress, { type: 'openOutput' }>,
    listener: OutputListener,
  ): Promise<void> {
    const { id } = request;
    // Known from the start: it may speak before the answer to this request is read.
    this.outputs.set(id, listener);
    try {
      await this.open(id, request);
    } catch (error) {
      this.outputs.delete(id);
      // It may yet open it, having read the request late.
      this.closeOutput(id);
      throw error;
    }
  }

  closeOutput(id: number): void {
    this.post({ type: 'closeOutput', id });
  }

  /** Ends it: it finishes its files and exits when the channel closes; resolves when it is gone. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.over) return;
    const exited = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), closeTimeout);
    for (const id of this.outputs.keys()) this.closeOutput(id);
    await Promise.race([this.outputsClosed(), exited]);
    if (this.child.connected) this.child.disconnect();
    await exited;
    clearTimeout(timer);
  }

  /** Resolves when every output has said its last, or in time. */
  private outputsClosed(): Promise<void> {
    if (this.outputs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lastWordsTimeout);
      this.onQuiet = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async open(id: number, request: ToEgress): Promise<void> {
    if (this.over || this.closing || !this.child.connected)
      throw new EgressUnavailable('the egress process is not up');
    // What it does not read waits in this process's memory.
    if (this.hanging || this.opening.size >= maxOpening)
      throw new EgressUnavailable('the egress process does not answer');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.onUnanswered(id), openTimeout);
      this.opening.set(id, { resolve, reject, timer });
      this.post(request);
    });
  }

  private onUnanswered(id: number): void {
    this.answer(id, new EgressUnavailable('the egress process does not answer'));
    this.hanging ??= setTimeout(() => {
      this.onNote(`egress process ${this.pid} hangs, it is killed`);
      this.child.kill('SIGKILL');
    }, hangTimeout).unref();
  }

  private answer(id: number, error: Error | null): void {
    const waiting = this.opening.get(id);
    if (!waiting) return;
    this.opening.delete(id);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(error);
    else waiting.resolve();
  }

  private receive(message: FromEgress): void {
    clearTimeout(this.hanging);
    this.hanging = undefined;
    switch (message.type) {
      case 'ready':
        this.port = message.port;
        this.becomeReady();
        return;
      case 'opened':
        this.answer(message.id, null);
        return;
      case 'refused':
        this.answer(message.id, new EgressUnavailable(message.reason));
        return;
      case 'output':
        this.outputs.get(message.id)?.onEvent(message.event);
        return;
      case 'closed':
        this.forget(message.id);
        return;
      case 'note':
        this.onNote(message.message);
    }
  }

  private forget(id: number): void {
    const listener = this.outputs.get(id);
    this.outputs.delete(id);
    listener?.onClosed();
    if (this.outputs.size === 0) this.onQuiet();
  }

  /** It can be asked nothing any more: it finishes its files and ends, or else is killed. */
  private cutOff(): void {
    if (!this.closing && !this.over)
      this.parting = setTimeout(() => this.child.kill('SIGKILL'), closeTimeout);
  }

  private gone(reason: string): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.hanging);
    clearTimeout(this.parting);
    const error = new EgressUnavailable(`the egress process has ended: ${reason}`);
    this.failStart(error);
    for (const id of [...this.opening.keys()]) this.answer(id, error);
    for (const id of [...this.outputs.keys()]) this.forget(id);
    if (!this.closing) this.onExit(reason);
  }

  private post(message: ToEgress): void {
    // A channel that has just broken is followed by `exit`, which ends everything that waits.
    if (this.child.connected) this.child.send(message, () => {});
  }
}
