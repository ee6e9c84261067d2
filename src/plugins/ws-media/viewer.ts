import type { MediaSocket } from '../../signaling/index.js';
import type { Framing } from './framing.js';
import type { PacketHistory } from './packet-history.js';

export interface ViewerLimits {
  /** Bytes that may wait for it. */
  readonly maxUnsent: number;
  /** How long it may read nothing while that much waits, ms. */
  readonly slowTimeout: number;
}

export interface ViewerListener {
  /** The first media has been sent. */
  onStarted(): void;
  /** It does not read, and is sent nothing more. */
  onGivenUp(): void;
}

type State = 'waiting' | 'live' | 'behind' | 'over';

/**
 * One player of a stream: it is sent the past from a key frame on, then what comes. When it reads too slowly, what comes
 * is left out up to a later key frame.
 */
export class Viewer {
  private state: State = 'waiting';
  /** What it was sent at once, as far as it may still wait: that much more may. */
  private burst = 0;
  private behindSince = 0;
  /** Key frames that there had been when it fell behind. */
  private behindAt = 0;

  constructor(
    private readonly socket: Pick<MediaSocket, 'send' | 'unsent'>,
    private readonly framing: Framing,
    private readonly limits: ViewerLimits,
    private readonly listener: ViewerListener,
  ) {}

  /** Begins, where there is a key frame to begin with. */
  join(history: PacketHistory): void {
    if (this.state !== 'waiting') return;
    const past = history.start();
    if (past.length === 0) return;
    this.state = 'live';
    this.sendPast(this.framing(past));
    this.listener.onStarted();
  }

  /**
   * @param messages what has come, which is in the history already
   * @param now ms
   */
  feed(messages: readonly Uint8Array[], history: PacketHistory, now: number): void {
    if (this.state === 'waiting') this.join(history);
    else if (this.state === 'live') this.goOn(messages, history, now);
    else if (this.state === 'behind') this.catchUp(history, now);
  }

  close(): void {
    this.state = 'over';
  }

  private goOn(messages: readonly Uint8Array[], history: PacketHistory, now: number): void {
    const { unsent } = this.socket;
    const { maxUnsent } = this.limits;
    if (unsent <= maxUnsent) this.burst = 0;
    if (unsent <= maxUnsent + this.burst) {
      for (const message of messages) this.socket.send(message);
      return;
    }
    this.state = 'behind';
    this.behindSince = now;
    this.behindAt = history.count;
  }

  private catchUp(history: PacketHistory, now: number): void {
    if (this.socket.unsent > this.limits.maxUnsent / 2) {
      if (now - this.behindSince < this.limits.slowTimeout) return;
      this.state = 'over';
      this.listener.onGivenUp();
      return;
    }
    const past = history.count > this.behindAt ? history.newest() : [];
    if (past.length === 0) return;
    this.state = 'live';
    this.sendPast(this.framing(past));
  }

  private sendPast(messages: readonly Uint8Array[]): void {
    this.burst = messages.reduce((sum, { length }) => sum + length, 0);
    for (const message of messages) this.socket.send(message);
  }
}
