import type { Memory } from '../kit/index.js';
import { readIp } from './ip-address.js';

interface Stranger {
  readonly since: number;
  readonly network: string;
}

/** Bytes of an IPv6 address that one customer of a provider has to himself (RFC 6177). */
const IPV6_NETWORK = 8;

/**
 * The connections that have not shown yet whom they belong to, the oldest first, and how many each network has: an IPv4
 * address, or the first 64 bits of an IPv6 address.
 */
export class Strangers {
  readonly #list = new Map<number, Stranger>();
  readonly #perNetwork = new Map<string, number>();
  readonly #ip = new Uint8Array(16);

  get size(): number {
    return this.#list.size;
  }

  /** How many come from the same network as the socket address at `source`. */
  countLike(memory: Memory, source: number): number {
    return this.#perNetwork.get(this.#networkOf(memory, source)) ?? 0;
  }

  add(connection: number, memory: Memory, source: number, now: number): void {
    const network = this.#networkOf(memory, source);
    this.#list.set(connection, { since: now, network });
    this.#perNetwork.set(network, (this.#perNetwork.get(network) ?? 0) + 1);
  }

  has(connection: number): boolean {
    return this.#list.has(connection);
  }

  remove(connection: number): void {
    const stranger = this.#list.get(connection);
    if (!stranger) return;
    this.#list.delete(connection);
    const left = (this.#perNetwork.get(stranger.network) ?? 0) - 1;
    if (left > 0) this.#perNetwork.set(stranger.network, left);
    else this.#perNetwork.delete(stranger.network);
  }

  /** The one that has been there longest; -1 when there is none. */
  oldest(): number {
    for (const connection of this.#list.keys()) return connection;
    return -1;
  }

  /** When the oldest came, ms; `Infinity` when there is none. */
  oldestSince(): number {
    for (const { since } of this.#list.values()) return since;
    return Number.POSITIVE_INFINITY;
  }

  #networkOf(memory: Memory, source: number): string {
    const length = readIp(memory, source, this.#ip);
    return Buffer.from(this.#ip.buffer, 0, length === 4 ? 4 : IPV6_NETWORK).toString('latin1');
  }
}
