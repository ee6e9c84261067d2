import type { Arena } from '../native/index.js';
import type { TransportHandler } from './transport-handler.js';

/** What happens on a plain transport; it never breaks by itself. */
export type PlainHandler = Pick<TransportHandler, 'onRtp' | 'onRtcp'>;

/** What a plain transport needs of its port. */
export interface PlainOutlet {
  readonly memory: Arena;
  /** Room for a datagram. @returns its arena offset; -1 when there is none */
  begin(size: number): number;
  /** Queues what was written there. @param address arena offset of a socket address */
  commit(address: number, length: number): void;
  remove(transport: PlainTransport): void;
}

/**
 * One pipe's end on a `PlainPort`: RTP with RTCP beside it (RFC 5761), as they are, to and from one port of this machine.
 * Made by `PlainPort.createTransport`.
 */
export class PlainTransport {
  readonly memory: Arena;
  #open = true;

  /** @param address arena offset of the socket address of the other end */
  constructor(
    private readonly outlet: PlainOutlet,
    readonly tag: number,
    readonly address: number,
    readonly handler: PlainHandler,
  ) {
    this.memory = outlet.memory;
  }

  get connected(): boolean {
    return this.#open;
  }

  /** Room for a packet, to be followed by `sendRtp` or `sendRtcp`. @returns where to write it; -1 for none */
  begin(size: number): number {
    return this.#open ? this.outlet.begin(size) : -1;
  }

  /** Sends a packet whose header was written where `begin` said. @returns bytes of the datagram; 0 when closed */
  sendRtp(headerOffset: number, headerLength: number, payloadOffset: number, payloadLength: number): number {
    this.memory.u8.copyWithin(headerOffset + headerLength, payloadOffset, payloadOffset + payloadLength);
    return this.sendRtcp(headerOffset, headerLength + payloadLength);
  }

  /** Sends a compound that was written where `begin` said. @returns bytes of the datagram; 0 when closed */
  sendRtcp(offset: number, length: number): number {
    if (!this.#open || offset < 0) return 0;
    this.outlet.commit(this.address, length);
    return length;
  }

  /** Idempotent; the other end hears nothing of it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.outlet.remove(this);
  }
}
