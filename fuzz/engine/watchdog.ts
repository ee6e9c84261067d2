import { Worker } from 'node:worker_threads';

/** An input that takes so long never ends, s. */
const HANG = 30;

/** Runs in a thread of its own: where nothing has moved for long it says with which input, and ends the process. */
const PROGRAM = `
const { workerData: { state, bytes, path, hang } } = require('node:worker_threads');
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
let seen = -1;
let since = 0;
setInterval(() => {
  const done = Atomics.load(state, 0);
  since = done === seen ? since + 1 : 0;
  seen = done;
  if (since < hang || Atomics.load(state, 2) === 0) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes.slice(0, Atomics.load(state, 1)));
  console.error('HANG: an input took more than ' + hang + ' s; it is in ' + path);
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

/** Watches the inputs of one target from another thread, since one that never ends stops this one. */
export class Watchdog {
  /** Where inputs are made: the other thread can read it. */
  readonly bytes: Uint8Array;
  /** Inputs done, the length of the one under way, and whether there is one. */
  private readonly state = new Int32Array(new SharedArrayBuffer(12));
  private readonly worker: Worker;

  /** @param path where to write an input that never ends */
  constructor(maxLength: number, path: string) {
    this.bytes = new Uint8Array(new SharedArrayBuffer(maxLength));
    const workerData = { state: this.state, bytes: this.bytes, path, hang: HANG };
    this.worker = new Worker(PROGRAM, { eval: true, workerData });
    this.worker.unref();
  }

  begin(length: number): void {
    this.state[1] = length;
    this.state[2] = 1;
  }

  done(): void {
    this.state[0]!++;
    this.state[2] = 0;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
