// The server under test, started by its real command line on free loopback ports.
import { EventEmitter, once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endChild, startChild, within } from './children.mjs';
import { freeMediaPorts } from './ports.mjs';

const preload = fileURLToPath(new URL('./server-preload.cjs', import.meta.url));
const host = '127.0.0.1';
const readyTimeout = 60_000;
const collectTimeout = 5000;
const stopTimeout = 3000;
const mostLines = 20;
/** By pino's names. */
const badLevels = ['error', 'fatal'];
/** Of server-preload.cjs. */
const memoryEntries = ['live-memory', 'memory'];

/** Not yet removed. */
const dataDirs = new Set();

process.on('exit', () => {
  for (const path of dataDirs) rmSync(path, { recursive: true, force: true });
});

export class Server {
  #child;
  #dataDir;
  /** The end of its log, routine left out. */
  #lines = [];
  #entries = new EventEmitter();
  #fail;
  #stopping = false;

  /** Made by `start`. */
  constructor(child, dataDir) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.wsUrl = '';
    this.httpUrl = '';
    /** UDP, one a media process. @type {number[]} */
    this.mediaPorts = [];
    /** The process that does everything but media. */
    this.controlPid = child.pid;
    /** @type {number[]} */
    this.mediaPids = [];
    /** Rejects when the server ends before its time, or logs an error. */
    this.failed = new Promise((_, reject) => {
      this.#fail = (reason) => this.#stopping || reject(new Error(`the server failed: ${reason}`));
    });
    this.failed.catch(() => {});
    child.on('error', (error) => this.#fail(error.message));
    child.on('close', (code, signal) => this.#fail(signal ?? `exit code ${code}`));
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(line));
  }

  /**
   * Starts the server and waits until it says that it is ready.
   *
   * @param {string} main its main.js
   * @param {{ cpuProfile?: string, announce?: string, flags?: Record<string, string>, nodeFlags?: string[],
   *   allocations?: boolean }} [options] a folder for CPU profiles; what clients send to; more flags, and such of Node.js;
   *   whether `memory` tells of allocations
   */
  static async start(
    main,
    { cpuProfile, announce = host, flags: more = {}, nodeFlags = [], allocations = false } = {},
  ) {
    const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    dataDirs.add(dataDir);
    const node = ['--expose-gc', '--require', preload, ...nodeFlags];
    if (cpuProfile) node.push('--cpu-prof', `--cpu-prof-dir=${resolve(cpuProfile)}`);
    const flags = {
      host,
      announce,
      'ws-port': '0',
      'http-port': '0',
      'tls-enabled': 'false',
      'media-port': String(await freeMediaPorts(Number(more['media-workers'] ?? 1))),
      'media-workers': '1',
      'data-dir': dataDir,
      'log-level': 'info',
      ...more,
    };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const stdio = ['ignore', 'ignore', 'pipe'];
    const env = allocations ? { ...process.env, BENCH_ALLOCATIONS: '1' } : process.env;
    const child = startChild(process.execPath, [...node, main, ...args], { stdio, env });
    const server = new Server(child, dataDir);
    try {
      const ready = Promise.race([once(server.#entries, 'ready'), server.failed]);
      const [entry] = await within(ready, readyTimeout, 'the server is ready');
      const { wsUrl, httpUrl, mediaPids, mediaPorts } = entry;
      return Object.assign(server, { wsUrl, httpUrl, mediaPids, mediaPorts });
    } catch (error) {
      await server.stop();
      throw new Error(`${error.message}\n${server.log}`);
    }
  }

  /** Process ids of the whole server. */
  get pids() {
    return [this.controlPid, ...this.mediaPids];
  }

  /** Its processes by what they are for. */
  get groups() {
    return { control: [this.controlPid], media: this.mediaPids };
  }

  /** How peers talk to it. */
  get client() {
    return { kind: 'wcs', url: this.wsUrl };
  }

  get log() {
    return this.#lines.join('\n');
  }

  /**
   * Makes one of its processes collect garbage.
   *
   * @returns {Promise<number>} bytes of JavaScript memory in use after it
   */
  async collectGarbage(pid) {
    const answer = once(this.#entries, `live-memory ${pid}`);
    process.kill(pid, 'SIGURG');
    const [{ bytes }] = await within(answer, collectTimeout, `process ${pid} collects garbage`);
    return bytes;
  }

  /**
   * What one of its processes has of JavaScript memory, and what garbage it has collected since it started; with
   * `allocations`, also what it allocated since the last call, by samples.
   *
   * @returns {Promise<{ heap: number, external: number, scavenges: number, others: number, ms: number,
   *   allocated?: number, sites?: [string, number][] }>} bytes; collections of the young generation, and other ones; ms
   *   they took
   */
  async memory(pid) {
    const answer = once(this.#entries, `memory ${pid}`);
    process.kill(pid, 'SIGWINCH');
    const [entry] = await within(answer, collectTimeout, `process ${pid} tells its memory`);
    return entry;
  }

  /** @returns {Promise<boolean>} whether it stopped as it should */
  async stop() {
    this.#stopping = true;
    const gentle = await endChild(this.#child, stopTimeout);
    await rm(this.#dataDir, { recursive: true, force: true });
    dataDirs.delete(this.#dataDir);
    return gentle && this.#child.exitCode === 0;
  }

  #note(line) {
    const entry = parseEntry(line);
    if (entry?.level !== 'info' && !memoryEntries.includes(entry?.msg) && this.#lines.push(line) > mostLines)
      this.#lines.shift();
    if (entry?.msg === 'ready') this.#entries.emit('ready', entry);
    if (badLevels.includes(entry?.level)) this.#fail(entry.msg);
    if (memoryEntries.includes(entry?.msg)) this.#entries.emit(`${entry.msg} ${entry.pid}`, entry);
  }
}

function parseEntry(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
