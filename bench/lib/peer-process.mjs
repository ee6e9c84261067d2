// The parent's side of a child process that holds WebRTC peers: calls with an answer, events without.
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChild, startChild, within } from './children.mjs';

/**
 * A child process that answers calls. Events of the child are emitted here under their own names; `failed` is emitted
 * with an Error when the child ends before it is asked to.
 */
export class PeerProcess extends EventEmitter {
  #child;
  #name;
  #calls = new Map();
  #nextId = 1;
  #closing = false;

  /** @param {string} script file in bench/peers */
  constructor(script) {
    super();
    this.#name = script;
    const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
    this.#child = startChild(process.execPath, [path], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.on('error', (error) => this.#ended(error.message));
    this.#child.on('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`));
  }

  get pid() {
    return this.#child.pid ?? -1;
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {number} timeoutMs
   * @returns {Promise<any>} rejects when the child refuses, ends, or takes too long
   */
  call(method, params, timeoutMs) {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#child.send({ id, method, params }, (error) => error && reject(error));
    });
    return within(answer, timeoutMs, `${this.#name} ${method}`).finally(() => this.#calls.delete(id));
  }

  async close() {
    this.#closing = true;
    await endChild(this.#child, 1000);
  }

  #receive({ id, result, error, event, data }) {
    if (event !== undefined) {
      this.emit(event, data);
      return;
    }
    const call = this.#calls.get(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(`${this.#name}: ${error}`));
  }

  #ended(how) {
    const error = new Error(`${this.#name} ended: ${how}`);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    if (!this.#closing) this.emit('failed', error);
  }
}
