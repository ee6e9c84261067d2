// What a Stage needs of a server that is not Sluice.
import { createInterface } from 'node:readline';
import { endChild, startChild } from '../lib/children.mjs';

const mostLines = 20;

export class Rival {
  #child;
  #lines = [];
  #stopping = false;
  #cleanUp;

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {{ client: { kind: string, url: string }, cleanUp?: () => Promise<void>, onLine?: (line: string) => void,
   *   env?: Record<string, string | undefined> }} options how peers talk to it; what remains to be done after its end
   */
  constructor(command, args, { client, cleanUp = async () => {}, onLine = () => {}, env = process.env }) {
    this.client = client;
    this.#cleanUp = cleanUp;
    this.#child = startChild(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    /** Rejects when it ends before its time. */
    this.failed = new Promise((_, reject) => {
      const fail = (how) => this.#stopping || reject(new Error(`${command} ended: ${how}`));
      this.#child.on('error', (error) => fail(error.message));
      this.#child.on('exit', (code, signal) => fail(signal ?? `exit code ${code}`));
    });
    this.failed.catch(() => {});
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: /** @type {import('node:stream').Readable} */ (stream) }).on(
        'line',
        (line) => {
          onLine(line);
          if (this.#lines.push(line) > mostLines) this.#lines.shift();
        },
      );
    }
    /** Its processes by what they are for. @type {{ control: number[], media: number[] }} */
    this.groups = { control: [], media: [this.#child.pid ?? -1] };
  }

  get log() {
    return this.#lines.join('\n');
  }

  async stop() {
    this.#stopping = true;
    await endChild(this.#child);
    await this.#cleanUp();
    return true;
  }
}
