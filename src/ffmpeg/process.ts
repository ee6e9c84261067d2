import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { reasonOf } from '../kit/index.js';
import { childEnvironment } from './child-environment.js';
import { LastLines } from './last-lines.js';
import { type Command, giveWay } from './leash.js';
import { SilenceWatch } from './silence-watch.js';

/** Why a child is over: it came to its end, the owner ended it, it failed by itself, or it was killed for a limit. */
export type FfmpegEnd = 'finished' | 'closed' | 'failed' | 'hung' | 'too-long';

/** How a child ended. */
export interface FfmpegExit {
  readonly end: FfmpegEnd;
  /** For the log: `exit code 1`, `killed by SIGSEGV`, `spawn ffmpeg ENOENT`. */
  readonly reason: string;
  /** The last that it said on stderr. */
  readonly lastLines: readonly string[];
}

export interface FfmpegProcessOptions {
  /** Takes what comes out, in order; the bytes are its own. */
  readonly onOutput: (chunk: Buffer) => void;
  /** Called once, after the last output, when the child is over, or could not be started. */
  readonly onExit: (exit: FfmpegExit) => void;
  /** How much input may wait for the child, bytes; 4 MiB by default. */
  readonly maxInput?: number;
  /** How long input may wait for the child before no more is taken, ms; 1 s by default. */
  readonly maxWait?: number;
  /** A child is hung when input has come for so long and output has not, ms; 10 s by default. */
  readonly silenceLimit?: number;
  /** How long the child may live at all, ms; without end by default. */
  readonly timeLimit?: number;
  /** How long it may take to end after its input has, when it is closed, ms; 1 s by default. */
  readonly grace?: number;
  /** 0 to 19; 0 by default. */
  readonly nice?: number;
}

/** One running ffmpeg: input by chunks, output by callback, and an end that always comes. */
export class FfmpegProcess {
  /** Resolves when the child is over, after `onExit`. Never rejects. */
  readonly exited: Promise<FfmpegExit>;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly words = new LastLines();
  private readonly watch: SilenceWatch;
  private readonly maxInput: number;
  private readonly maxWait: number;
  /** When each chunk that waits was given, ms, the oldest first. */
  private readonly waitingSince: number[] = [];
  private readonly grace: number;
  private resolveExit: (exit: FfmpegExit) => void = () => {};
  private lifeTimer: NodeJS.Timeout | null = null;
  private graceTimer: NodeJS.Timeout | null = null;
  private end: FfmpegEnd | null = null;
  private over = false;
  private inputEnded = false;

  /** @throws what `spawn` throws for arguments that no program can have */
  constructor(
    command: Command,
    private readonly options: FfmpegProcessOptions,
  ) {
    this.maxInput = options.maxInput ?? 4 * 1024 * 1024;
    this.maxWait = options.maxWait ?? 1000;
    this.grace = options.grace ?? 1000;
    this.watch = new SilenceWatch(options.silenceLimit ?? 10_000);
    this.exited = new Promise((resolve) => {
      this.resolveExit = resolve;
    });
    this.child = spawn(command.program, [...command.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment(),
    });
    if (this.child.pid !== undefined && options.nice) giveWay(this.child.pid, options.nice);
    if (options.timeLimit !== undefined)
      this.lifeTimer = setTimeout(() => this.abort('too-long'), options.timeLimit);
    this.listen();
  }

  /** Of the child; -1 when it could not be started. */
  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Whether it still takes input. */
  get running(): boolean {
    return !this.over && this.end === null && !this.inputEnded;
  }

  /** Input that waits for the child, bytes. */
  get waiting(): number {
    return this.over ? 0 : (this.stdin?.writableLength ?? 0);
  }

  /**
   * Gives it input. The chunk must not change afterwards.
   * @param now ms, never going back
   * @returns false when it was not taken, since too much waits, or for too long, or the child is over: the caller
   * leaves out what follows up to the next key frame
   */
  write(chunk: Uint8Array, now = performance.now()): boolean {
    if (!this.running) return false;
    if (this.watch.input(now)) {
      this.abort('hung');
      return false;
    }
    const { stdin } = this;
    if (!stdin?.writable || stdin.writableLength + chunk.length > this.maxInput) return false;
    if (now - (this.waitingSince[0] ?? now) > this.maxWait) return false;
    this.waitingSince.push(now);
    stdin.write(chunk, () => this.waitingSince.shift());
    return true;
  }

  /** Input is kept from it since it is behind: one that says nothing meanwhile is as hung as with input. */
  withhold(now = performance.now()): void {
    if (this.running && this.watch.input(now)) this.abort('hung');
  }

  /** No input comes any more; the child writes what it has and ends. */
  endInput(): void {
    if (!this.running) return;
    this.inputEnded = true;
    this.stdin?.end();
  }

  /** Ends its input, and kills it if it does not end then. Resolves when it is over. */
  close(): Promise<FfmpegExit> {
    if (this.over || this.end !== null) return this.exited;
    this.end = 'closed';
    this.stdin?.end();
    this.graceTimer = setTimeout(() => this.child.kill('SIGKILL'), this.grace);
    return this.exited;
  }

  /** Kills it at once. Resolves when it is over. */
  kill(): Promise<FfmpegExit> {
    this.abort('closed');
    return this.exited;
  }

  private get stdin(): Writable | undefined {
    // Not there when the process has no descriptor left for it; an `error` event follows.
    return this.child.stdin as Writable | undefined;
  }

  private abort(end: FfmpegEnd): void {
    if (this.over) return;
    this.end ??= end;
    this.child.kill('SIGKILL');
  }

  private listen(): void {
    const { child } = this;
    child.on('error', (error) => {
      // Also raised when a signal cannot be sent to a child that lives.
      if (child.pid === undefined) this.finish('failed', reasonOf(error));
    });
    child.on('close', (code, signal) => {
      const reason = signal ? `killed by ${signal}` : `exit code ${code}`;
      this.finish(this.end ?? (code === 0 ? 'finished' : 'failed'), reason);
    });
    if (!this.stdin) return;
    // A child that has gone, or closed its standard input: its exit or its silence tells.
    child.stdin.on('error', () => {});
    child.stdout.on('error', () => {});
    child.stderr.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => {
      this.watch.output();
      if (!this.over) this.options.onOutput(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.words.add(text));
  }

  private finish(end: FfmpegEnd, reason: string): void {
    if (this.over) return;
    this.over = true;
    if (this.lifeTimer) clearTimeout(this.lifeTimer);
    if (this.graceTimer) clearTimeout(this.graceTimer);
    const exit = { end, reason, lastLines: this.words.lines };
    this.options.onExit(exit);
    this.resolveExit(exit);
  }
}
