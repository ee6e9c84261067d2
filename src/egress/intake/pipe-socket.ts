import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isRtcp, pipeTagOf } from '../../rtp/index.js';
import type { HeapPool } from './heap-pool.js';
import { PipeTransport } from './pipe-transport.js';

const loopback = '127.0.0.1';
/** Up to the SSRC, bytes: of RTP (RFC 3550 section 5.1), and of RTCP (section 6.1). */
const rtpHeader = 12;
const rtcpHeader = 8;
/** A group of pictures comes at once when a pipe is opened, bytes. */
const receiveBuffer = 8 << 20;

/** Takes what a pipe brings; offsets are into the pool. */
export interface PipeHandler {
  onRtp(offset: number, length: number, now: number): void;
  onRtcp(offset: number, length: number, now: number): void;
}

/**
 * This process's end of all pipes to media processes: a datagram is its pipe's by the tag in its SSRC, if it comes from
 * the port of the pipe's other end, which nobody else can bind; whatever else comes is dropped and counted.
 */
export class PipeSocket {
  /** Datagrams that are no RTP or RTCP, of no pipe that is open, or not from its other end. */
  foreign = 0;
  private readonly socket: Socket;
  private readonly byTag = new Map<number, PipeTransport>();
  private closed = false;

  /** @param clock ms */
  constructor(
    private readonly pool: HeapPool,
    private readonly clock: () => number,
  ) {
    this.socket = createSocket({
      type: 'udp4',
      recvBufferSize: receiveBuffer,
      sendBufferSize: receiveBuffer,
    });
    this.socket.on('message', (bytes, from) => this.receive(bytes, from));
    // What cannot be sent is lost, as on any network.
    this.socket.on('error', () => {});
  }

  /** Binds a free port. @throws (rejects) the system's error */
  async open(): Promise<void> {
    const bound = once(this.socket, 'listening');
    this.socket.bind(0, loopback);
    await bound;
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Pipes that are open. */
  get size(): number {
    return this.byTag.size;
  }

  /**
   * @param tag no other open pipe's
   * @param port of the other end
   */
  transport(tag: number, port: number, handler: PipeHandler): PipeTransport {
    const transport: PipeTransport = new PipeTransport(this.pool, port, handler, {
      send: (bytes) => {
        if (!this.closed) this.socket.send(bytes, port, loopback, () => {});
      },
      close: () => {
        if (this.byTag.get(tag) === transport) this.byTag.delete(tag);
      },
    });
    this.byTag.set(tag, transport);
    return transport;
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.byTag.clear();
    this.socket.close();
  }

  private receive(bytes: Buffer, from: RemoteInfo): void {
    const { pool } = this;
    const { length } = bytes;
    const version = (bytes[0] ?? 0) >> 6;
    const at = pool.incoming;
    if (version !== 2 || length < rtpHeader || !pool.arrive(bytes)) {
      this.foreign += 1;
      return;
    }
    const rtcp = isRtcp(pool, at, length);
    const ssrc = pool.view.getUint32(at + (rtcp ? rtcpHeader : rtpHeader) - 4);
    const transport = this.byTag.get(pipeTagOf(ssrc));
    if (!transport || from.port !== transport.port || from.address !== loopback) {
      this.foreign += 1;
      return;
    }
    if (rtcp) transport.handler.onRtcp(at, length, this.clock());
    else transport.handler.onRtp(at, length, this.clock());
  }
}
