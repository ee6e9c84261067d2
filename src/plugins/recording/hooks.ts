import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/index.js';
import { type Logger, reasonOf } from '../../kit/index.js';
import type { RecordingReport } from './report.js';

const atOnce = 4;
const mostWaiting = 1000;
/** Before the second try of the address, and each further one; ms. */
const waits = [1000, 4000, 15_000];

/** Tells a program or an address of each finished file, some at the same time; neither can keep the server from anything. */
export class Hooks {
  private readonly waiting: RecordingReport[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly settings: Pick<Config['recording'], 'hookProgram' | 'hookUrl' | 'hookTimeout'>,
    private readonly log: Logger,
  ) {}

  tell(report: RecordingReport): void {
    const { hookProgram, hookUrl } = this.settings;
    if (hookProgram === '' && hookUrl === '') return;
    if (this.waiting.length >= mostWaiting) {
      this.log.warn({ file: report.file }, 'too many hooks of recordings wait, one is left out');
      return;
    }
    this.waiting.push(report);
    this.next();
  }

  /** Resolves when what has been told so far is through. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private next(): void {
    while (this.running.size < atOnce) {
      const report = this.waiting.shift();
      if (report === undefined) return;
      const work = this.run(report).finally(() => {
        this.running.delete(work);
        this.next();
      });
      this.running.add(work);
    }
  }

  private async run(report: RecordingReport): Promise<void> {
    const { hookProgram, hookUrl, hookTimeout } = this.settings;
    const { file } = report;
    const [ran, posted] = await Promise.all([
      hookProgram === '' ? null : runProgram(hookProgram, report, hookTimeout),
      hookUrl === '' ? null : post(hookUrl, report, hookTimeout),
    ]);
    if (ran !== null) this.log.warn({ file, reason: ran }, 'the hook program of a recording has failed');
    if (posted !== null) this.log.warn({ file, reason: posted }, 'the hook address of recordings has failed');
  }
}

/**
 * Runs a program without a shell: its arguments are the stream's name and the file, as for WCS's `on_record_hook.sh`.
 * @param timeout after it the program is killed, ms
 * @returns why it has failed; null if it has not
 */
export function runProgram(
  program: string,
  { streamName, file }: Pick<RecordingReport, 'streamName' | 'file'>,
  timeout: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    try {
      // An argument ends at a null character for the system; Node throws at one.
      const child = spawn(program, [streamName.replaceAll('\0', ''), file], {
        stdio: 'ignore',
        timeout,
        killSignal: 'SIGKILL',
      });
      child.on('error', (error) => resolve(reasonOf(error)));
      child.on('exit', (code, signal) => {
        if (signal !== null) resolve(`ended by ${signal}, after ${timeout} ms at the latest`);
        else resolve(code === 0 ? null : `exit code ${code}`);
      });
    } catch (error) {
      resolve(reasonOf(error));
    }
  });
}

/**
 * Posts a report as JSON; once more after each wait where the address does not answer, or with a status above 499, or 429.
 * @param timeout for an answer, ms
 * @returns why it has failed; null if it has not
 */
export async function post(
  url: string,
  report: RecordingReport,
  timeout: number,
  pauses: readonly number[] = waits,
): Promise<string | null> {
  for (let attempt = 0; ; attempt++) {
    const { reason, hopeless } = await postOnce(url, report, timeout);
    if (reason === null || hopeless || attempt >= pauses.length) return reason;
    await sleep(pauses[attempt], undefined, { ref: false });
  }
}

async function postOnce(
  url: string,
  report: RecordingReport,
  timeout: number,
): Promise<{ reason: string | null; hopeless: boolean }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    await response.body?.cancel();
    const { ok, status } = response;
    return { reason: ok ? null : `status ${status}`, hopeless: status < 500 && status !== 429 };
  } catch (error) {
    const { cause } = error as Error;
    return { reason: cause instanceof Error ? reasonOf(cause) : reasonOf(error), hopeless: false };
  }
}
