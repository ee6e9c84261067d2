// The server that is to keep working: the built one, by its real command line, in processes of its own.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hasEnded, startChild, within } from '../../bench/lib/children.mjs';
import { freeMediaPorts, freeTcpPort } from '../../bench/lib/ports.mjs';
import { ask } from './handle.mjs';
import { serverProcesses } from './processes.mjs';

const preload = fileURLToPath(new URL('./preload.cjs', import.meta.url));
const builtServer = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const host = '127.0.0.1';
const readyTimeout = 300_000;
const mostEntries = 2000;
/** All clients have the same address, and come as fast as they can. */
const oneAddress = {
  'signaling-max-sessions-per-address': '5000',
  'signaling-max-pending-per-address': '5000',
};

/** The environment without settings of the server. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')),
);

/** How a process ended. @typedef {{ code: number | null, signal: string | null }} Exit */

export class Server {
  #child;
  #waiting = new Set();
  /** Its log, oldest lines left out. @type {Record<string, any>[]} */
  entries = [];
  wsUrl = '';
  httpUrl = '';
  /** @type {number[]} */
  mediaPorts = [];

  /** Made by `launch`. */
  constructor(child, home) {
    this.#child = child;
    this.home = home;
    this.controlPid = child.pid;
    /** @type {Promise<Exit>} */
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(line));
  }

  /**
   * Starts it, without waiting.
   *
   * @param {{ flags?: Record<string, string>, home?: Home }} [options] home: of a server that is started anew
   */
  static async launch({ flags = {}, home } = {}) {
    const { dataDir, ports } = home ?? (await newHome(Number(flags['media-workers'] ?? 2)));
    const all = {
      host,
      announce: host,
      'ws-port': String(ports.ws),
      'http-port': String(ports.http),
      'tls-enabled': 'false',
      'media-port': String(ports.media),
      'media-workers': '2',
      'data-dir': dataDir,
      ...oneAddress,
      ...flags,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const env = { ...environment, CHAOS_FOLDER: dataDir, CHAOS_PARENT: String(process.pid) };
    const node = ['--expose-gc', '--require', preload];
    const stdio = ['ignore', 'ignore', 'pipe'];
    const child = startChild(process.execPath, [...node, builtServer, ...args], {
      stdio: /** @type {any} */ (stdio),
      env,
    });
    return new Server(child, { dataDir, ports });
  }

  /** Starts it and waits until it is ready. @param {Parameters<typeof Server.launch>[0]} [options] */
  static async start(options) {
    const server = await Server.launch(options);
    await server.ready();
    return server;
  }

  async ready() {
    const entry = await this.logs((one) => one.msg === 'ready', readyTimeout, 'the server is ready').catch(
      (error) => {
        this.signal('SIGKILL');
        throw new Error(`${error.message}\n${this.entries.map((one) => JSON.stringify(one)).join('\n')}`);
      },
    );
    const { wsUrl, httpUrl, mediaPorts } = entry;
    Object.assign(this, { wsUrl, httpUrl, mediaPorts });
  }

  /** @returns {number[]} process ids */
  pids(role) {
    return this.processes()
      .filter((one) => one.role === role)
      .map(({ pid }) => pid);
  }

  processes() {
    return serverProcesses(this.controlPid);
  }

  get alive() {
    return !hasEnded(this.#child);
  }

  /** @param {number} pid of one of its processes */
  ask(pid, method, params) {
    return ask(this.home.dataDir, pid, method, params);
  }

  /** Waits for a line of its log, past ones from `from` on included. */
  async logs(matches, ms, what, from = 0) {
    const past = this.entries.slice(from).find(matches);
    if (past) return past;
    let waiter;
    const found = new Promise((resolve, reject) => {
      waiter = (entry) => matches(entry) && resolve(entry);
      this.#waiting.add(waiter);
      this.exited.then(({ code, signal }) => reject(new Error(`the server ended with ${signal ?? code}`)));
    });
    try {
      return await within(found, ms, what);
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  /** @returns {Promise<string>} what `/metrics` says */
  metrics() {
    const answer = new Promise((resolve, reject) => {
      const request = get(`${this.httpUrl}/metrics`, { agent: false }, (response) => {
        let text = '';
        response.on('data', (data) => {
          text += data;
        });
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
    });
    return within(answer, 5000, '/metrics');
  }

  /** Sends it a signal, its children not. */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** @returns {Promise<Exit | null>} null when it had to be killed */
  async stop(ms = 4000) {
    if (!this.alive) return this.exited;
    this.signal('SIGTERM');
    const exit = await within(this.exited, ms, 'the server stops').catch(() => null);
    if (!exit) this.signal('SIGKILL');
    await this.exited;
    return exit;
  }

  /** Removes what it has written. */
  remove() {
    rmSync(this.home.dataDir, { recursive: true, force: true });
    homes.delete(this.home.dataDir);
  }

  #note(line) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      entry = { msg: line };
    }
    this.entries.push(entry);
    if (this.entries.length > mostEntries) this.entries.shift();
    for (const waiter of this.#waiting) waiter(entry);
  }
}

/** @typedef {{ dataDir: string, ports: { ws: number, http: number, media: number } }} Home */

const homes = new Set();
process.on('exit', () => {
  for (const path of homes) rmSync(path, { recursive: true, force: true });
});

/** @returns {Promise<Home>} */
async function newHome(workers) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-chaos-'));
  homes.add(dataDir);
  const ports = { ws: await freeTcpPort(), http: await freeTcpPort(), media: await freeMediaPorts(workers) };
  return { dataDir, ports };
}
