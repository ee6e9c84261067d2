import type { MediaSocket } from '../../signaling/index.js';
import { StreamInfo, StreamStatus } from '../../wire/index.js';
import type { WsPlayback } from './ws-playback.js';

/**
 * Which socket of a client is for which of its players: `connectMediaTransport` does not say (WCS spec F.1). MSE opens one
 * for each stream, once that is answered; WSPlayer one a page, before it plays, for one stream after the other.
 */
export class ClientSockets {
  /** Players of MSE without a socket, the oldest first. */
  private readonly waiting: WsPlayback[] = [];
  private readonly bound = new Map<MediaSocket, WsPlayback>();
  /** Of WSPlayer. */
  private pageSocket: MediaSocket | null = null;
  private pagePlayer: WsPlayback | null = null;

  get empty(): boolean {
    return this.waiting.length === 0 && this.bound.size === 0 && !this.pageSocket && !this.pagePlayer;
  }

  addSocket(socket: MediaSocket): void {
    socket.onClosed(() => this.removeSocket(socket));
    const player = this.waiting.shift();
    if (player) {
      this.bound.set(socket, player);
      player.bind(socket);
      return;
    }
    const before = this.pageSocket;
    this.pageSocket = socket;
    before?.close('another one has come');
    this.pagePlayer?.bind(socket);
  }

  addMse(player: WsPlayback): void {
    this.waiting.push(player);
  }

  addWsPlayer(player: WsPlayback): void {
    // The page has one player: what it showed before, it shows no more.
    this.pagePlayer?.playback.end(StreamStatus.STOPPED, StreamInfo.STOPPED_BY_USER);
    this.pagePlayer = player;
    if (this.pageSocket) player.bind(this.pageSocket);
  }

  /** A player has ended; the socket of MSE is of no more use. */
  removePlayer(player: WsPlayback, socket: MediaSocket | null): void {
    const index = this.waiting.indexOf(player);
    if (index >= 0) this.waiting.splice(index, 1);
    if (this.pagePlayer === player) this.pagePlayer = null;
    else if (socket && this.bound.delete(socket)) socket.close('the stream has ended');
  }

  private removeSocket(socket: MediaSocket): void {
    if (this.pageSocket === socket) {
      this.pageSocket = null;
      this.pagePlayer?.unbind();
    }
    this.bound.get(socket)?.unbind();
    this.bound.delete(socket);
  }
}
