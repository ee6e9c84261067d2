import { randomInt } from 'node:crypto';
import { type Arena, SOCKET_ADDRESS_SIZE } from '../native/index.js';

const AF_INET = 2;
const MAPPED_PREFIX = 0xffff;
const WORDS = 5;

/**
 * Socket addresses as small integers: the addresses of validated peers lie in the arena, where messages can point at
 * them, and the source of a datagram is found without making an object.
 *
 * Open addressing with linear probing over a table that is at most half full; removal closes the gap. IPv4 and its
 * IPv4-mapped form are one address.
 */
export class AddressTable {
  readonly #arena: Arena;
  readonly #addresses: number;
  readonly #capacity: number;
  readonly #mask: number;
  /** Identifier + 1 of the address in a slot; 0 for a free slot. */
  readonly #slots: Int32Array;
  /** Port and four words of IP address, of each identifier. */
  readonly #keys: Int32Array;
  readonly #hashes: Int32Array;
  readonly #free: number[] = [];
  readonly #released: number[] = [];
  readonly #seed = randomInt(2 ** 31);
  readonly #probe = new Int32Array(WORDS);
  /** What was found last, since packets come in bursts; -1 for none. */
  #last = -1;
  #size = 0;
  #fresh = 0;

  /**
   * @param capacity most addresses at a time; two to three for each peer
   * @throws NativeFault `memory`
   */
  constructor(arena: Arena, capacity: number) {
    this.#arena = arena;
    this.#capacity = capacity;
    const slots = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.#mask = slots - 1;
    // All in the arena, whose large pages need not be looked up for each address.
    this.#addresses = arena.require(capacity * SOCKET_ADDRESS_SIZE);
    this.#slots = wordsOf(arena, slots);
    this.#keys = wordsOf(arena, capacity * WORDS);
    this.#hashes = new Int32Array(capacity);
  }

  /** Addresses in the table. */
  get size(): number {
    return this.#size;
  }

  /** @returns the identifier of the socket address at `source`, or -1 */
  find(source: number): number {
    this.#load(source);
    if (this.#last >= 0 && this.#holds(this.#last)) return this.#last;
    for (let slot = this.#hash() & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return -1;
      if (!this.#holds(id)) continue;
      this.#last = id;
      return id;
    }
  }

  /** @returns the identifier of the socket address at `source`, a new one if need be; -1 when the table is full */
  intern(source: number): number {
    const known = this.find(source);
    if (known >= 0) return known;
    const id = this.#free.pop() ?? (this.#fresh < this.#capacity ? this.#fresh++ : -1);
    if (id < 0) return -1;
    const hash = this.#hash();
    this.#arena.u8.copyWithin(this.offsetOf(id), source, source + SOCKET_ADDRESS_SIZE);
    this.#keys.set(this.#probe, id * WORDS);
    this.#hashes[id] = hash;
    let slot = hash & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = id + 1;
    this.#size++;
    return id;
  }

  /** Arena offset of an address, for `Outbox.commit`. */
  offsetOf(id: number): number {
    return this.#addresses + id * SOCKET_ADDRESS_SIZE;
  }

  /**
   * Takes an address out. What was queued for it may still be on its way: its memory and identifier are used again
   * only after `reclaim`.
   */
  release(id: number): void {
    let slot = (this.#hashes[id] as number) & this.#mask;
    while (this.#slots[slot] !== id + 1) {
      if (this.#slots[slot] === 0) return;
      slot = (slot + 1) & this.#mask;
    }
    this.#close(slot);
    this.#last = -1;
    this.#released.push(id);
    this.#size--;
  }

  /** To be called when nothing is queued any more. */
  reclaim(): void {
    while (this.#released.length > 0) this.#free.push(this.#released.pop() as number);
  }

  close(): void {
    for (const block of [this.#addresses, this.#slots.byteOffset, this.#keys.byteOffset])
      this.#arena.release(block);
  }

  /** Moves later entries of the same run up, until one is where its hash wants it. */
  #close(gap: number): void {
    let hole = gap;
    for (let slot = (gap + 1) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = this.#slots[slot] as number;
      if (entry === 0) break;
      const home = (this.#hashes[entry - 1] as number) & this.#mask;
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      this.#slots[hole] = entry;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #holds(id: number): boolean {
    const keys = this.#keys;
    const probe = this.#probe;
    const at = id * WORDS;
    return (
      keys[at] === probe[0] &&
      keys[at + 1] === probe[1] &&
      keys[at + 2] === probe[2] &&
      keys[at + 3] === probe[3] &&
      keys[at + 4] === probe[4]
    );
  }

  /** Reads the address at `source` into the probe. */
  #load(source: number): void {
    const { view } = this.#arena;
    const probe = this.#probe;
    probe[0] = view.getUint16(source + 2, false);
    if (view.getUint16(source, true) === AF_INET) {
      probe[1] = 0;
      probe[2] = 0;
      probe[3] = MAPPED_PREFIX;
      probe[4] = view.getInt32(source + 4, false);
    } else {
      for (let word = 0; word < 4; word++) probe[1 + word] = view.getInt32(source + 8 + 4 * word, false);
    }
  }

  /** Of the probe. */
  #hash(): number {
    const probe = this.#probe;
    let hash = this.#seed;
    for (let word = 0; word < WORDS; word++) {
      hash = Math.imul(hash ^ (probe[word] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}

/** @throws NativeFault `memory` */
function wordsOf(arena: Arena, count: number): Int32Array {
  const offset = arena.require(count * Int32Array.BYTES_PER_ELEMENT);
  return arena.i32.subarray(offset >> 2, (offset >> 2) + count).fill(0);
}
