import type { MediaSocket } from '../../signaling/index.js';
import type { Carrier, MediaListener, Playback } from '../../streams/index.js';
import { StreamInfo, StreamStatus } from '../../wire/index.js';
import type { BroadcastListener, Lease } from './broadcasts.js';
import { Viewer, type ViewerLimits } from './viewer.js';

export interface WsPlaybackSettings extends ViewerLimits {
  /** ms */
  readonly socketTimeout: number;
}

/** How long a player whose socket has closed may take to say that it has stopped: on another one, ms. */
const stopGrace = 3000;

/** One player of a stream over a WebSocket: between it and the broadcast, once both are there. */
export class WsPlayback implements Carrier, BroadcastListener {
  private lease: Lease | null = null;
  private socket: MediaSocket | null = null;
  private viewer: Viewer | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param onClosed called once, with the socket it had */
  constructor(
    readonly playback: Playback,
    private readonly listener: MediaListener,
    private readonly settings: WsPlaybackSettings,
    private readonly onClosed: (closed: WsPlayback, socket: MediaSocket | null) => void,
  ) {}

  /** The broadcast is there; from now on it waits for the player's socket. */
  ready(lease: Lease): void {
    if (this.closed) {
      lease.release();
      return;
    }
    this.lease = lease;
    this.endAfter(this.settings.socketTimeout, StreamInfo.FAILED_BY_ICE_TIMEOUT);
  }

  /** The player's socket is there. */
  bind(socket: MediaSocket): void {
    const { lease } = this;
    if (this.closed || !lease) return;
    this.leave();
    clearTimeout(this.timer);
    this.socket = socket;
    this.viewer = new Viewer(socket, lease.broadcast.framing, this.settings, {
      onStarted: () => this.listener.onStarted(),
      onGivenUp: () => this.giveUp(),
    });
    lease.broadcast.join(this.viewer);
  }

  /** The player's socket has gone; a message that it has stopped may be on its way. */
  unbind(): void {
    this.leave();
    this.socket = null;
    if (!this.closed) this.endAfter(stopGrace, StreamInfo.FAILED_BY_ERROR);
  }

  onVideoSize(width: number, height: number): void {
    this.playback.resizeDerived(width, height);
  }

  onEnded(): void {
    this.playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    this.leave();
    this.lease?.release();
    this.onClosed(this, this.socket);
  }

  private leave(): void {
    if (this.viewer) this.lease?.broadcast.leave(this.viewer);
    this.viewer = null;
  }

  private giveUp(): void {
    this.socket?.close('media was not read');
    this.playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
  }

  private endAfter(time: number, info: StreamInfo): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.playback.end(StreamStatus.FAILED, info), time);
  }
}
