import type { Session } from '../streams/index.js';
import type { Connection } from '../wire/index.js';

/** A session whose client has gone, or may come back on another socket. */
export interface Resumable {
  readonly session: Session;
  /** What the client said of itself when it came first. */
  readonly request: Connection;
}

/**
 * Sessions that outlive their socket because their client asked for it with `keepAlive`: by token, for a bounded time
 * and number (WCS spec A.6). What is kept is who the client is; its streams have ended with the socket.
 */
export class RetainedSessions {
  private readonly byToken = new Map<string, Resumable & { readonly timer: NodeJS.Timeout }>();

  /**
   * @param duration ms
   * @param capacity above it the oldest is forgotten
   */
  constructor(
    private readonly duration: number,
    private readonly capacity: number,
  ) {}

  keep(resumable: Resumable): void {
    const { authToken } = resumable.session;
    this.take(authToken);
    const timer = setTimeout(() => this.byToken.delete(authToken), this.duration);
    timer.unref();
    this.byToken.set(authToken, { ...resumable, timer });
    const [oldest] = this.byToken.keys();
    if (this.byToken.size > this.capacity && oldest !== undefined) this.take(oldest);
  }

  /** Gives a session back; it is no longer kept. */
  take(authToken: string): Resumable | null {
    const kept = this.byToken.get(authToken);
    if (!kept) return null;
    clearTimeout(kept.timer);
    this.byToken.delete(authToken);
    return { session: kept.session, request: kept.request };
  }

  clear(): void {
    for (const authToken of [...this.byToken.keys()]) this.take(authToken);
  }
}
