import type { PageMessage, ServerMessage } from '../../src/plugins/live/messages.js';
import { Backoff } from '../backoff.js';
import { ask, credentials } from './api.js';
import { subprotocols } from './credentials.js';

/** How the page is connected to the server. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Down; the next attempt comes by itself. `stopped`: the server said that it ends. */
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly stopped: boolean }
  /** The server does not let this page watch, and says why. `wrong`: it has been shown credentials. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly detail: string;
      readonly wrong: boolean;
    };

/** WebSocket close code of an end point that goes away (RFC 6455 section 7.4.1). */
const goingAway = 1001;
/** Time without a message after which the connection counts as lost, ms: figures come each second. */
const silence = 10_000;

/** The live socket, which comes back by itself when it is lost. */
export class LiveSocket {
  private readonly backoff = new Backoff(1000, 15_000);
  private socket: WebSocket | null = null;
  private retryTimer = 0;
  private silenceTimer = 0;
  private busy = false;

  constructor(
    private readonly onState: (state: LinkState) => void,
    private readonly onMessage: (message: ServerMessage) => void,
  ) {}

  start(): void {
    window.addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.retry();
    });
    void this.connect();
  }

  /** Tries at once, unless it is connected or about to be. */
  retry(): void {
    if (this.socket === null && !this.busy) void this.connect();
  }

  /** Begins again, as whoever is signed in by now. */
  restart(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.retry();
  }

  send(message: PageMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private async connect(): Promise<void> {
    window.clearTimeout(this.retryTimer);
    this.busy = true;
    this.onState({ kind: 'connecting' });
    // A WebSocket does not say why it is refused; the same question over HTTP does.
    const answer = await ask('/api/v1/server');
    this.busy = false;
    if (!answer.ok && answer.status !== 0 && answer.status < 500) {
      const wrong = answer.status === 401 && credentials.get() !== null;
      // Shown again and again, they would shut this address out.
      if (wrong) credentials.forget();
      this.onState({ kind: 'refused', status: answer.status, detail: answer.detail, wrong });
      return;
    }
    if (!answer.ok) {
      this.wait(false);
      return;
    }
    const url = `${window.location.origin.replace(/^http/, 'ws')}/api/v1/live`;
    const socket = new WebSocket(url, subprotocols(credentials.get()));
    this.socket = socket;
    socket.onmessage = ({ data }) => this.take(socket, data);
    socket.onclose = ({ code }) => this.lose(socket, code === goingAway);
    this.listen(socket);
  }

  private take(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== 'string') return;
    this.listen(socket);
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === 'hello') {
      this.backoff.reset();
      this.onState({ kind: 'live' });
    }
    this.onMessage(message);
  }

  private listen(socket: WebSocket): void {
    window.clearTimeout(this.silenceTimer);
    this.silenceTimer = window.setTimeout(() => {
      socket.close();
      this.lose(socket, false);
    }, silence);
  }

  private lose(socket: WebSocket, stopped: boolean): void {
    if (socket !== this.socket) return;
    window.clearTimeout(this.silenceTimer);
    this.socket = null;
    this.wait(stopped);
  }

  private wait(stopped: boolean): void {
    const wait = this.backoff.next();
    this.retryTimer = window.setTimeout(() => void this.connect(), wait);
    this.onState({ kind: 'waiting', retryAt: Date.now() + wait, stopped });
  }
}
