import { WebSocket } from 'ws';
import { RateLimit } from '../../kit/index.js';
import type { Publication } from '../../streams/index.js';
import type { Board } from './board.js';
import { readPageMessage } from './page-message.js';

/** Bytes that a page has not read yet, above which it gets nothing new until it does. */
const mostUnread = 256 * 1024;
/** How long that may last, ms; less than the row book remembers. */
const longestUnread = 30_000;
/** Messages of a page in a period of so many ms. */
const mostMessages = 50;
const messagePeriod = 10_000;

const policyViolation = 1008;

/** What of a WebSocket is used. */
export type PageSocket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'send' | 'close' | 'terminate'>;

/** One page that watches. */
export class Page {
  private edition = 0;
  private unreadSince: number | null = null;
  /** `publication` is null before its history has been told. */
  private watched: { readonly stream: string; publication: Publication | null } | null = null;
  private readonly limit = new RateLimit(mostMessages, messagePeriod);

  constructor(
    private readonly socket: PageSocket,
    private readonly board: Board,
  ) {}

  /** @param hello the first message */
  begin(hello: string): void {
    this.send(hello);
    this.send(this.board.history(null));
    this.tellFigures();
  }

  /** Something has come from it. @param now ms */
  receive(text: string, now: number): void {
    if (!this.limit.allow(now)) {
      this.socket.close(policyViolation, 'too many messages');
      return;
    }
    const message = readPageMessage(text);
    if (message?.type === 'unwatch') this.watched = null;
    if (message?.type !== 'watch') return;
    this.watched = { stream: message.stream, publication: null };
    if (this.socket.bufferedAmount <= mostUnread) this.tellWatched();
  }

  /** Tells what is new. @param now ms */
  tick(now: number): void {
    if (this.socket.bufferedAmount > mostUnread) {
      this.unreadSince ??= now;
      if (now - this.unreadSince >= longestUnread) this.socket.terminate();
      return;
    }
    this.unreadSince = null;
    this.tellFigures();
    this.tellWatched();
  }

  private tellFigures(): void {
    this.send(this.board.figures(this.edition));
    this.edition = this.board.edition;
  }

  /** History first, and again where another stream has the name now; then what is new. */
  private tellWatched(): void {
    const { watched, board } = this;
    if (!watched) return;
    const { stream } = watched;
    const publication = board.find(stream);
    if (!publication) {
      this.watched = null;
      this.send(board.gone(stream));
    } else if (publication === watched.publication) this.send(board.detail(publication));
    else {
      watched.publication = publication;
      this.send(board.history(stream));
    }
  }

  private send(text: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text, () => {});
  }
}
