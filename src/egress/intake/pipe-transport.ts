import type { PacketSink } from '../../media/index.js';
import type { HeapPool } from './heap-pool.js';
import type { PipeHandler } from './pipe-socket.js';

const datagramSize = 2048;

/** What a pipe transport needs of its socket. */
interface Outgoing {
  send(bytes: Buffer): void;
  close(): void;
}

/** One pipe's end on a `PipeSocket`. */
export class PipeTransport implements PacketSink {
  private open = true;

  /** @param port of the other end */
  constructor(
    readonly memory: HeapPool,
    readonly port: number,
    readonly handler: PipeHandler,
    private readonly outgoing: Outgoing,
  ) {}

  get connected(): boolean {
    return this.open;
  }

  begin(size: number): number {
    return this.open && size <= datagramSize ? this.memory.outgoing : -1;
  }

  sendRtp(headerOffset: number, headerLength: number, payloadOffset: number, payloadLength: number): number {
    this.memory.u8.copyWithin(headerOffset + headerLength, payloadOffset, payloadOffset + payloadLength);
    return this.sendRtcp(headerOffset, headerLength + payloadLength);
  }

  sendRtcp(offset: number, length: number): number {
    if (!this.open || offset < 0) return 0;
    // The socket sends later, and the place is written again before.
    this.outgoing.send(Buffer.from(this.memory.u8.subarray(offset, offset + length)));
    return length;
  }

  /** Idempotent. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.outgoing.close();
  }
}
