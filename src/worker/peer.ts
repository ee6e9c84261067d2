import type { Memory, Timed } from '../kit/index.js';
import type { PacketSink } from '../media/index.js';
import type { MediaFailure, MediaPath, MediaTotals } from '../streams/index.js';
import type { TransportHandler } from '../transport/index.js';
import type { EndpointRate } from './channel.js';
import { RateMeter, type VideoCounters } from './rate-meter.js';

/** How long a peer that has closed its transport is given to say by signalling that it stops, before that is a failure, ms. */
const closingGrace = 3000;

/** What the host offers its peers. */
export interface PeerHost {
  schedule(task: Timed, due: number): void;
  cancel(task: Timed): void;
  started(peer: Peer): void;
  failed(peer: Peer, failure: MediaFailure, detail: string): void;
}

/** What carries a peer's media: WebRTC, or a pipe between media processes. */
export interface PeerTransport extends PacketSink {
  /** A number that changes when the way to the peer does; -1 while there is none. Pipes have none. */
  readonly selected?: number;
  path?(): MediaPath | null;
  close(): void;
}

/** Anything in a media process that the control process opens and closes. */
export interface Resident {
  readonly id: number;
  /** Of its video in the last second, or as expected before it has begun, bit/s. */
  readonly videoRate: number;
  /** What its video has done since the last time; null while there is nothing to say. */
  measure(now: number): EndpointRate | null;
  close(): void;
}

/**
 * One endpoint: its transports and what they carry. A peer is up when all its transports are; it fails as a whole when
 * one of them does.
 */
export abstract class Peer implements Timed, Resident {
  readonly transports: PeerTransport[] = [];
  videoRate = 0;
  private readonly meter = new RateMeter();
  private up = 0;
  private remoteClosed = false;
  /** What was told last of the way to the peer. */
  private toldPath = -1;
  protected closed = false;

  constructor(
    readonly id: number,
    protected readonly host: PeerHost,
  ) {}

  /** The handler for the transport at this index. */
  handlerFor(index: number): TransportHandler {
    return new PeerHandler(this, index);
  }

  /** One of the transports is up. */
  transportConnected(now: number): void {
    this.up += 1;
    if (this.up < this.transports.length || this.closed) return;
    this.meter.start(now);
    this.onConnected(now);
    // At the end of this turn of the loop, when its packets have been forwarded.
    this.host.schedule(this, now);
  }

  transportFailed(failure: MediaFailure, detail: string): void {
    this.host.failed(this, failure, detail);
  }

  /** The peer has closed one of them. */
  transportClosed(now: number): void {
    if (this.closed) return;
    this.remoteClosed = true;
    this.host.schedule(this, now + closingGrace);
  }

  get sinks(): readonly PacketSink[] {
    return this.transports;
  }

  /** Runs `onTime` at `due` instead of when it was going to, ms. */
  protected wake(due: number): void {
    if (!this.closed && !this.remoteClosed) this.host.schedule(this, due);
  }

  onTime(now: number): number {
    if (this.closed) return Number.POSITIVE_INFINITY;
    if (this.remoteClosed) {
      this.host.failed(this, 'ice-keep-alive', 'the peer closed its transport');
      return Number.POSITIVE_INFINITY;
    }
    return this.nextTime(now);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.host.cancel(this);
    this.onClose();
    for (const transport of this.transports) transport.close();
  }

  measure(now: number): EndpointRate | null {
    const rate = this.meter.measure(this.countVideo(), now);
    if (!rate) return null;
    this.videoRate = rate.videoRate;
    return { id: this.id, ...rate, totals: this.countAll(), ...this.newPath() };
  }

  /** The way to the peer, once, and again when it has changed. With several transports that of the first. */
  private newPath(): { path?: MediaPath } {
    const [transport] = this.transports;
    const selected = transport?.selected ?? -1;
    if (selected === this.toldPath || selected < 0) return {};
    this.toldPath = selected;
    const path = transport?.path?.();
    return path ? { path } : {};
  }

  protected abstract countVideo(): VideoCounters;
  protected abstract countAll(): MediaTotals;
  /** Does what is due and says when to come again, ms. */
  protected abstract nextTime(now: number): number;
  protected abstract onConnected(now: number): void;
  abstract onRtp(transport: number, offset: number, length: number, now: number): void;
  abstract onRtcp(transport: number, offset: number, length: number, now: number): void;
  protected abstract onClose(): void;
}

/** What one of a peer's transports tells it. No closures, since each is two more objects on the way of a packet. */
class PeerHandler implements TransportHandler {
  constructor(
    private readonly peer: Peer,
    private readonly index: number,
  ) {}

  onConnected(now: number): void {
    this.peer.transportConnected(now);
  }

  onRtp(_memory: Memory, offset: number, length: number, now: number): void {
    this.peer.onRtp(this.index, offset, length, now);
  }

  onRtcp(_memory: Memory, offset: number, length: number, now: number): void {
    this.peer.onRtcp(this.index, offset, length, now);
  }

  onFailed(failure: MediaFailure, detail: string): void {
    this.peer.transportFailed(failure, detail);
  }

  onRemoteClosed(now: number): void {
    this.peer.transportClosed(now);
  }
}
