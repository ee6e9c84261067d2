import type { Connection } from '../wire/index.js';
import type { ClientConnection } from './client-connection.js';
import { newSession, type Origin, resumedSession } from './identity.js';
import { type Resumable, RetainedSessions } from './retained-sessions.js';

/** Who is connected, by session, and who may come back. */
export class SessionDirectory {
  private readonly live = new Map<string, ClientConnection>();
  private readonly byToken = new Map<string, ClientConnection>();
  /** Of clients that asked for `keepAlive`: by token, for one who comes back before its old socket is known to be dead. */
  private readonly resumable = new Map<string, ClientConnection>();
  private readonly retained: RetainedSessions;

  /**
   * @param keepAliveTimeout ms
   * @param maxKept sessions whose clients have gone
   */
  constructor(keepAliveTimeout: number, maxKept: number) {
    this.retained = new RetainedSessions(keepAliveTimeout, maxKept);
  }

  /** The session of a client that has just sent `connection`: its earlier one when its token says so, else a new one. */
  open(request: Connection, origin: Origin): Resumable {
    const token = request.authToken ?? '';
    this.resumable.get(token)?.supersede();
    const kept = this.retained.take(token);
    return kept ? resumedSession(kept, request, origin) : newSession(request, origin);
  }

  /** The client that came back for it has left before it was let in: it may try again. */
  giveBack(resumable: Resumable): void {
    if (resumable.request.keepAlive) this.retained.keep(resumable);
  }

  find(sessionId: string): ClientConnection | undefined {
    return this.live.get(sessionId);
  }

  /** Whose token this is; null when it is nobody's that is connected. */
  holder(authToken: string): ClientConnection | null {
    return this.byToken.get(authToken) ?? null;
  }

  all(): Iterable<ClientConnection> {
    return this.live.values();
  }

  add(connection: ClientConnection, { session, request }: Resumable): void {
    this.live.set(session.id, connection);
    this.byToken.set(session.authToken, connection);
    if (request.keepAlive) this.resumable.set(session.authToken, connection);
  }

  remove({ session, request }: Resumable): void {
    this.live.delete(session.id);
    this.byToken.delete(session.authToken);
    this.resumable.delete(session.authToken);
    if (request.keepAlive) this.retained.keep({ session, request });
  }

  /** Forgets those who may come back. */
  clear(): void {
    this.retained.clear();
  }
}
