import { type Arena, baseOf } from './arena.js';
import { errnoName, type Libc, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';
import { MessageTable } from './message-table.js';
import { SOCKET_ADDRESS_SIZE } from './socket-address.js';
import type { UdpSocket } from './udp-socket.js';

export interface OutboxOptions {
  /** Bytes of datagrams that fit between two flushes; 1 MiB unless told, which stays in the processor's cache. */
  readonly size?: number;
  /** Called once, when the kernel or a path refuses UDP_SEGMENT and datagrams are sent singly instead. */
  readonly onSegmentRefused?: (errno: string) => void;
  /** Whether to group datagrams with UDP_SEGMENT; true unless told. */
  readonly segment?: boolean;
}

/** What became of the datagrams that were committed. */
export interface OutboxStats {
  datagrams: number;
  bytes: number;
  /** `sendmmsg` or `sendto` calls. */
  calls: number;
  /** Datagrams dropped because the kernel would take no more, in spite of a short wait. */
  congested: number;
  /** Datagrams the kernel refused: no route, a firewall, too long for the path. */
  refused: number;
}

const MESSAGES = 1024;
const MOST_SEGMENTS = 64;
const MOST_BYTES = 65_000;
const STALLS = 3;
const STALL_MS = 1;
const REFUSALS = 8;

/**
 * Datagrams on their way out: written one behind the other, sent with one system call.
 *
 * Consecutive datagrams to one address that are equally long, the last may be shorter, become one message that the
 * kernel (or the network card) cuts up: UDP generic segmentation offload, `udp(7)`, Linux 4.18.
 */
export class Outbox {
  readonly stats: OutboxStats = { datagrams: 0, bytes: 0, calls: 0, congested: 0, refused: 0 };
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  readonly #socket: UdpSocket;
  readonly #table: MessageTable;
  readonly #onSegmentRefused: (errno: string) => void;
  readonly #scratch: number;
  readonly #start: number;
  #end: number;
  readonly #lengths = new Int32Array(MESSAGES);
  readonly #segments = new Int32Array(MESSAGES);
  readonly #addresses = new Int32Array(MESSAGES);
  readonly #offsets = new Int32Array(MESSAGES);
  #count = 0;
  #tail: number;
  #reserved = 0;
  /** Datagrams in the last message; as many as fit when it takes no more. */
  #grouped = MOST_SEGMENTS;
  #segmenting: boolean;
  #refusalsLeft = REFUSALS;
  #refusalReported = false;

  /** @throws NativeFault `memory` */
  constructor(arena: Arena, socket: UdpSocket, options: OutboxOptions = {}) {
    this.#arena = arena;
    this.#socket = socket;
    this.#segmenting = options.segment ?? true;
    this.#onSegmentRefused = options.onSegmentRefused ?? (() => {});
    const size = options.size ?? 2 ** 20;
    this.#table = new MessageTable(arena, baseOf(arena), MESSAGES, socket.addressLength);
    this.#scratch = arena.require(linux.SIZEOF_POLLFD);
    this.#start = arena.require(size);
    this.#end = this.#start + size;
    this.#tail = this.#start;
  }

  /** Whether datagrams are grouped at present. */
  get segmenting(): boolean {
    return this.#segmenting;
  }

  /**
   * Reserves room for a datagram of up to `size` bytes, behind those already queued. Only one reservation stands at a
   * time: another `begin` takes the place of one that was not committed.
   *
   * @returns the arena offset to write it at, or -1 when the outbox is full: flush, then begin again
   */
  begin(size: number): number {
    if (!isLength(size) || this.#count === MESSAGES || this.#tail + size > this.#end) {
      this.#reserved = 0;
      return -1;
    }
    this.#reserved = size;
    return this.#tail;
  }

  /**
   * Queues the datagram that was written where `begin` said.
   *
   * @param addressOffset a socket address of the socket's family in the arena, left alone until the flush
   * @param length at most what was reserved
   * @throws RangeError on a length or offset that was not reserved
   */
  commit(addressOffset: number, length: number): void {
    if (!(isLength(length) && length <= this.#reserved))
      throw new RangeError(`${length} bytes were not reserved`);
    this.#arena.check(addressOffset, SOCKET_ADDRESS_SIZE);
    const offset = this.#tail;
    this.#tail = offset + length;
    this.#reserved = 0;
    const last = this.#count - 1;
    if (this.#grouped < MOST_SEGMENTS && addressOffset === this.#addresses[last]) {
      const segment = this.#segments[last] as number;
      const total = (this.#lengths[last] as number) + length;
      if (length <= segment && total <= MOST_BYTES) {
        this.#lengths[last] = total;
        this.#table.extend(last, total, segment);
        this.#grouped = length < segment ? MOST_SEGMENTS : this.#grouped + 1;
        return;
      }
    }
    const index = this.#count++;
    this.#table.set(index, addressOffset, offset, length);
    this.#lengths[index] = length;
    this.#segments[index] = length;
    this.#addresses[index] = addressOffset;
    this.#offsets[index] = offset;
    this.#grouped = this.#segmenting ? 1 : MOST_SEGMENTS;
  }

  /** Sends everything that is queued, or counts why not; the outbox is empty afterwards. */
  flush(): void {
    const count = this.#count;
    if (count > 0) this.#send(count);
    this.#count = 0;
    this.#tail = this.#start;
    this.#reserved = 0;
    this.#grouped = MOST_SEGMENTS;
  }

  /** Idempotent; nothing can be queued afterwards, and what was queued is gone. */
  close(): void {
    if (this.#end === this.#start) return;
    this.#count = 0;
    this.#reserved = 0;
    this.#tail = this.#start;
    this.#end = this.#start;
    this.#table.close();
    this.#arena.release(this.#scratch);
    this.#arena.release(this.#start);
  }

  #send(count: number): void {
    const { sendmmsg } = this.#libc;
    let index = 0;
    let stalls = 0;
    while (index < count) {
      if (!sendmmsg) {
        this.#sendSingly(index++);
        continue;
      }
      this.stats.calls++;
      const sent = sendmmsg(
        this.#socket.descriptor,
        this.#table.pointer(index),
        count - index,
        linux.MSG_DONTWAIT,
      );
      if (sent > 0) {
        for (const end = index + sent; index < end; index++) this.#countSent(index);
        continue;
      }
      const errno = lastErrno();
      if (errno === linux.EINTR) continue;
      if (errno === linux.EAGAIN && stalls++ < STALLS) this.#awaitRoom();
      else if (errno === linux.EAGAIN)
        while (index < count) this.stats.congested += this.#datagramsOf(index++);
      else if (this.#datagramsOf(index) > 1 && refusesSegments(errno)) this.#withoutSegments(index++, errno);
      else if (errno === linux.ENOBUFS) this.stats.congested += this.#datagramsOf(index++);
      else this.stats.refused += this.#datagramsOf(index++);
    }
  }

  /**
   * After a few refusals and not one success the kernel or the network card cannot do it, and is not asked again.
   * Otherwise it is this path that cannot (a small MTU, a tunnel), and only this message is sent singly.
   */
  #withoutSegments(index: number, errno: number): void {
    this.#refusalsLeft--;
    if (this.#refusalsLeft === 0) this.#segmenting = false;
    if (!this.#refusalReported) this.#onSegmentRefused(errnoName(errno));
    this.#refusalReported = true;
    this.#sendSingly(index);
  }

  #sendSingly(index: number): void {
    const base = baseOf(this.#arena);
    const address = base + (this.#addresses[index] as number);
    const segment = this.#segments[index] as number;
    let left = this.#lengths[index] as number;
    let data = base + (this.#offsets[index] as number);
    let stalls = 0;
    while (left > 0) {
      const length = Math.min(left, segment);
      this.stats.calls++;
      const { descriptor, addressLength } = this.#socket;
      const sent = this.#libc.sendto(descriptor, data, length, linux.MSG_DONTWAIT, address, addressLength);
      if (sent < 0) {
        const errno = lastErrno();
        if (errno === linux.EINTR) continue;
        if (errno === linux.EAGAIN && stalls++ < STALLS) {
          this.#awaitRoom();
          continue;
        }
        if (errno === linux.EAGAIN || errno === linux.ENOBUFS) this.stats.congested++;
        else this.stats.refused++;
      } else {
        this.stats.datagrams++;
        this.stats.bytes += length;
      }
      data += length;
      left -= length;
    }
  }

  #countSent(index: number): void {
    const datagrams = this.#datagramsOf(index);
    if (datagrams > 1) this.#refusalsLeft = Number.POSITIVE_INFINITY;
    this.stats.datagrams += datagrams;
    this.stats.bytes += this.#lengths[index] as number;
  }

  #datagramsOf(index: number): number {
    return Math.ceil((this.#lengths[index] as number) / (this.#segments[index] as number));
  }

  #awaitRoom(): void {
    const { view } = this.#arena;
    view.setInt32(this.#scratch, this.#socket.descriptor, true);
    view.setInt32(this.#scratch + 4, linux.POLLOUT, true);
    this.#libc.poll(baseOf(this.#arena) + this.#scratch, 1, STALL_MS);
  }
}

function isLength(value: number): boolean {
  return (value | 0) === value && value > 0;
}

function refusesSegments(errno: number): boolean {
  return (
    errno === linux.EINVAL || errno === linux.EIO || errno === linux.ENOPROTOOPT || errno === linux.EOPNOTSUPP
  );
}
