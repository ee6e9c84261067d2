import { randomName, type Timed } from '../../kit/index.js';
import {
  type FrameListener,
  FrameReader,
  type MediaFrame,
  type MediaSettings,
  Publisher,
  pipedDescriptions,
  pipeReceiverSsrc,
  type TrackDescription,
} from '../../media/index.js';
import type { LoopTimer } from './loop-timer.js';
import type { PipeSocket } from './pipe-socket.js';
import type { PipeTransport } from './pipe-transport.js';
import { RecentFrames } from './recent-frames.js';

/** Who takes frames. */
interface Subscription {
  readonly listener: FrameListener;
  readonly onFailed: (error: Error) => void;
}

/**
 * A stream in this process: what a pipe brings, put together to frames once for all who want them.
 */
export class Intake implements Timed {
  private readonly transport: PipeTransport;
  private readonly publisher: Publisher;
  private readonly reader: FrameReader;
  private readonly subscriptions = new Set<Subscription>();
  private readonly recent = new RecentFrames();
  private flushing = false;
  private closed = false;

  /**
   * @param tracks as the publisher has them
   * @param tag of the pipe
   * @param port of its other end
   * @param clock ms
   * @throws Error when the memory for packets is exhausted
   */
  constructor(
    readonly id: number,
    readonly tracks: readonly TrackDescription[],
    socket: PipeSocket,
    { tag, port }: { readonly tag: number; readonly port: number },
    settings: MediaSettings,
    private readonly timer: LoopTimer,
    private readonly clock: () => number,
  ) {
    this.transport = socket.transport(tag, port, {
      onRtp: (offset, length, now) => this.publisher.onRtp(0, offset, length, now),
      onRtcp: (offset, length, now) => this.publisher.onRtcp(0, offset, length, now),
    });
    const publisher = Publisher.create(
      pipedDescriptions(tracks),
      [this.transport],
      this.transport.memory,
      pipeReceiverSsrc(tag),
      Buffer.from(randomName()),
      { ...settings, rtpActivityTimeout: Number.POSITIVE_INFINITY },
      {
        onStarted: () => {},
        onVideoSize: () => {},
        onSilent: () => {},
        onDue: (due) => this.timer.schedule(this, due),
      },
      () => this.flushSoon(),
    );
    if (!publisher) {
      this.transport.close();
      throw new Error('the packet memory is exhausted');
    }
    this.publisher = publisher;
    this.reader = new FrameReader(
      publisher.feed,
      (frame) => this.onFrame(frame),
      (now, up) => publisher.requestKeyFrame(now, up),
      (due) => this.timer.schedule(this.reader, due),
    );
    const now = clock();
    publisher.onConnected(now);
    this.reader.start();
    this.timer.schedule(this, now);
  }

  /**
   * Gives frames to a listener: first those from the newest key frame on, if it is young enough to begin with; else a new
   * one is asked for.
   * @param onFailed called once when the listener has thrown: it gets nothing more, and the others go on
   * @returns ends that; nothing is given any more, not even of what is being given
   * @throws what the listener throws, of what is given at once
   */
  subscribe(listener: FrameListener, onFailed: (error: Error) => void = () => {}): () => void {
    if (this.closed) return () => {};
    const past = this.recent.sinceKeyFrame(this.clock());
    for (const frame of past) listener(frame);
    if (this.closed) return () => {};
    const subscription = { listener, onFailed };
    this.subscriptions.add(subscription);
    if (past.length === 0) this.requestKeyFrame();
    return () => this.subscriptions.delete(subscription);
  }

  /** Who takes frames now. */
  get subscribers(): number {
    return this.subscriptions.size;
  }

  requestKeyFrame(): void {
    if (!this.closed) this.publisher.requestKeyFrame(this.clock());
  }

  onTime(now: number): number {
    return this.closed ? Number.POSITIVE_INFINITY : this.publisher.onTime(now);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.timer.cancel(this);
    this.timer.cancel(this.reader);
    this.reader.close();
    this.publisher.close();
    this.transport.close();
    this.subscriptions.clear();
    this.recent.clear();
  }

  /** When the datagrams that have come are read. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      if (!this.closed) this.publisher.feed.flush(this.clock());
    });
  }

  private onFrame(frame: MediaFrame): void {
    this.recent.add(frame, this.clock());
    // Who subscribes meanwhile has been given this one with the past.
    for (const subscription of [...this.subscriptions])
      if (this.subscriptions.has(subscription)) this.give(frame, subscription);
  }

  private give(frame: MediaFrame, subscription: Subscription): void {
    try {
      subscription.listener(frame);
    } catch (error) {
      this.subscriptions.delete(subscription);
      subscription.onFailed(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
