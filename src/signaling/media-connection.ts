import type { WebSocket } from 'ws';
import { RateLimit } from '../kit/index.js';
import { encode } from '../wire/index.js';
import { CloseCode } from './close-code.js';
import type { MediaSocket } from './extension.js';
import { Heartbeat, type HeartbeatOptions } from './heartbeat.js';

/** Frames of a client in `floodPeriod` that are too many: it sends nothing but a pong for each ping. */
const flood = 100;
const floodPeriod = 10_000;

/**
 * A client's WebSocket for media (WCS spec F.1), from its `connectMediaTransport` on. Whatever it sends is a sign of life
 * and nothing more; it is not even read.
 */
export class MediaConnection implements MediaSocket {
  private readonly heartbeat: Heartbeat;
  private readonly rate = new RateLimit(flood, floodPeriod);
  private readonly listeners: (() => void)[] = [];
  private closing = false;

  constructor(
    private readonly socket: WebSocket,
    options: HeartbeatOptions,
  ) {
    this.heartbeat = new Heartbeat(
      options,
      () => this.ping(),
      () => this.terminate(),
    );
    this.heartbeat.start();
    socket.on('message', () => this.receive());
    socket.on('error', () => {});
    socket.on('close', () => this.end());
  }

  get unsent(): number {
    return this.socket.bufferedAmount;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen()) this.socket.send(bytes, { binary: true });
  }

  close(reason: string, code: number = CloseCode.normal): void {
    if (this.closing) return;
    this.closing = true;
    this.socket.close(code, reason);
  }

  /** At once, without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  onClosed(listener: () => void): void {
    this.listeners.push(listener);
  }

  private isOpen(): boolean {
    return !this.closing && this.socket.readyState === this.socket.OPEN;
  }

  private ping(): void {
    if (this.isOpen()) this.socket.send(encode.ping());
  }

  private receive(): void {
    if (this.closing) return;
    this.heartbeat.alive();
    if (!this.rate.allow(performance.now())) this.close('too many messages', CloseCode.policyViolation);
  }

  private end(): void {
    this.closing = true;
    this.heartbeat.stop();
    for (const listener of this.listeners.splice(0)) listener();
  }
}
