import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EventLog, within } from './event-log.js';

/** One line that a program wrote. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** How a program ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that a test runs: its output is kept line by line, its end is awaited and never left to chance. */
export class Program {
  readonly output = new EventLog<OutputLine>();
  readonly startedAt = performance.now();
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(
    readonly command: string,
    readonly args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ) {
    this.#child = spawn(command, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that has gone closes its standard input; what is written to it then has no reader left.
    this.#child.stdin.on('error', () => {});
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: this.#child[stream] }).on('line', (text) =>
        this.output.push({ stream, text }),
      );
    }
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => {
        this.output.end(error);
        reject(error);
      });
      this.#child.once('close', (code, signal) => {
        this.output.end(new Error(`${this.command} ended with ${signal ?? `exit code ${code}`}`));
        resolve({ code, signal });
      });
    });
    this.exited.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Writes one line to the program's standard input. */
  writeLine(text: string): void {
    this.#child.stdin.write(`${text}\n`);
  }

  /** Sends a signal to this program only. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until the program has ended and all its output is read. */
  async exit(ms: number): Promise<Exit> {
    return within(this.exited, ms, () => `${this.command} is still running\n${this.text()}`);
  }

  /** Ends the program whatever its state: the signal first, SIGKILL when it does not end within `graceMs`. */
  async end(signal: NodeJS.Signals = 'SIGTERM', graceMs = 3000): Promise<Exit> {
    if (this.running) this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** All output so far, for failure reports. */
  text(stream?: 'stdout' | 'stderr'): string {
    return this.output.items
      .filter((line) => stream === undefined || line.stream === stream)
      .map((line) => line.text)
      .join('\n');
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  ms = 30_000,
): Promise<Exit & { program: Program }> {
  const program = new Program(command, args);
  try {
    const exit = await program.exit(ms);
    return { ...exit, program };
  } finally {
    await program.end('SIGKILL');
  }
}

/** Runs a program to its end and demands exit code 0. */
export async function runOrFail(command: string, args: readonly string[], ms = 30_000): Promise<void> {
  const { code, program } = await run(command, args, ms);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${program.text()}`);
}
