import {
  type Arena,
  Inbox,
  Outbox,
  type OutboxOptions,
  SOCKET_ADDRESS_SIZE,
  UdpSocket,
  type UdpSocketOptions,
  writeSocketAddress,
} from '../native/index.js';
import { isRtcp, pipeTagOf } from '../rtp/index.js';
import { type PlainHandler, type PlainOutlet, PlainTransport } from './plain-transport.js';

const LOOPBACK = '127.0.0.1';
/** Up to the SSRC, bytes: the first one of RTP (RFC 3550 section 5.1), the sender's of RTCP (section 6.1). */
const RTP_HEADER = 12;
const RTCP_HEADER = 8;

export interface PlainPortOptions extends Pick<UdpSocketOptions, 'receiveBuffer' | 'sendBuffer'> {
  readonly arena: Arena;
  readonly outbox?: OutboxOptions;
}

/** Counters since the port was opened. */
export interface PlainPortStats {
  received: number;
  /** Neither RTP nor RTCP, or longer than a receive slot. */
  malformed: number;
  /** Of no pipe that is open. */
  unknownPipe: number;
  /** Of a pipe, but not from its other end. */
  foreignSource: number;
}

/**
 * The UDP port over which a media process exchanges streams with its siblings: on loopback, unencrypted. A datagram is its
 * pipe's by the tag in its SSRC, if it comes from the port of the pipe's other end; whatever else comes is dropped.
 */
export class PlainPort implements PlainOutlet {
  readonly memory: Arena;
  readonly stats: PlainPortStats = {
    received: 0,
    malformed: 0,
    unknownPipe: 0,
    foreignSource: 0,
  };
  readonly #socket: UdpSocket;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #byTag = new Map<number, PlainTransport>();
  #open = true;

  /** Binds a free port. @throws NativeFault with the errno's name, or `memory` */
  constructor(options: PlainPortOptions) {
    const { arena, outbox, ...buffers } = options;
    this.memory = arena;
    this.#socket = new UdpSocket(arena, { ...buffers, address: LOOPBACK, port: 0 });
    this.#inbox = new Inbox(arena);
    this.#outbox = new Outbox(arena, this.#socket, outbox);
  }

  /** The number of the port. */
  get port(): number {
    return this.#socket.local.port;
  }

  /** For a `Poller`. */
  get descriptor(): number {
    return this.#socket.descriptor;
  }

  /** Transports that are open. */
  get size(): number {
    return this.#byTag.size;
  }

  /**
   * @param tag of the pipe, the same at both ends
   * @param port of the other end
   * @returns null when the tag is taken, the port is none, or memory is exhausted
   */
  createTransport(tag: number, port: number, handler: PlainHandler): PlainTransport | null {
    if (!this.#open || port === 0 || this.#byTag.has(tag)) return null;
    const address = this.memory.allocate(SOCKET_ADDRESS_SIZE);
    if (address < 0) return null;
    if (!writeSocketAddress(this.memory, address, 'IPv4', LOOPBACK, port)) {
      this.memory.release(address);
      return null;
    }
    const transport = new PlainTransport(this, tag, address, handler);
    this.#byTag.set(tag, transport);
    return transport;
  }

  /**
   * Reads one batch of datagrams and hands each to its transport.
   *
   * @returns how many there were, at most 64; call again while it is 64 and there is time
   */
  receive(now: number): number {
    const inbox = this.#inbox;
    const count = inbox.receive(this.#socket);
    this.stats.received += count;
    for (let index = 0; index < count && this.#open; index++)
      this.#dispatch(inbox.offset(index), inbox.length(index), inbox.source(index), now);
    return count;
  }

  /** Datagrams the kernel dropped before this process read them (mod 2^32). Asks the kernel. */
  countKernelDrops(): number {
    return this.#socket.countDrops();
  }

  /** Sends what the transports queued. */
  flush(): void {
    if (this.#open) this.#outbox.flush();
  }

  /** Closes every transport and the port. Idempotent. */
  close(): void {
    if (!this.#open) return;
    for (const transport of [...this.#byTag.values()]) transport.close();
    this.#open = false;
    this.#outbox.close();
    this.#inbox.close();
    this.#socket.close();
  }

  begin(size: number): number {
    const offset = this.#outbox.begin(size);
    if (offset >= 0) return offset;
    this.#outbox.flush();
    return this.#outbox.begin(size);
  }

  commit(address: number, length: number): void {
    this.#outbox.commit(address, length);
  }

  remove(transport: PlainTransport): void {
    this.#byTag.delete(transport.tag);
    // What is queued for it still points to its address.
    this.#outbox.flush();
    this.memory.release(transport.address);
  }

  #dispatch(offset: number, length: number, source: number, now: number): void {
    const { memory, stats } = this;
    const rtcp = isRtcp(memory, offset, length);
    const isVersion2 = length > 0 && (memory.u8[offset] as number) >> 6 === 2;
    if (!isVersion2 || length < (rtcp ? RTCP_HEADER : RTP_HEADER)) {
      stats.malformed++;
      return;
    }
    const ssrc = memory.view.getUint32(offset + (rtcp ? RTCP_HEADER : RTP_HEADER) - 4);
    const transport = this.#byTag.get(pipeTagOf(ssrc));
    if (transport === undefined) stats.unknownPipe++;
    else if (!this.#isFrom(transport, source)) stats.foreignSource++;
    else if (rtcp) transport.handler.onRtcp(memory, offset, length, now);
    else transport.handler.onRtp(memory, offset, length, now);
  }

  /** Family and port are the first word of an IPv4 socket address, the address is the second. */
  #isFrom({ address }: PlainTransport, source: number): boolean {
    const { i32 } = this.memory;
    return i32[address >> 2] === i32[source >> 2] && i32[(address >> 2) + 1] === i32[(source >> 2) + 1];
  }
}
