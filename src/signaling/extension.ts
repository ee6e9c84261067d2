import type { Session } from '../streams/index.js';
import type { ClientMessage, Connection } from '../wire/index.js';

/** An established client, as those see it who take its messages. */
export interface Client {
  readonly session: Session;
  /** Gives it a message that `wire` has encoded; one that has gone gets nothing. */
  send(message: string): void;
}

/**
 * A second WebSocket of a client, on which media goes to it (WCS spec F.1). It is kept alive by pings, and closes with the
 * client's session at the latest.
 */
export interface MediaSocket {
  /** Sends a binary message; one that has closed sends nothing. */
  send(bytes: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly unsent: number;
  /** In order, with a reason that the client may read. Idempotent. */
  close(reason: string): void;
  /** Calls `listener` once it has closed, whoever did it. */
  onClosed(listener: () => void): void;
}

/** What somebody who was asked says of a client that wants to connect. */
export interface Admittance {
  /** Why it may not; null when it may. */
  readonly refused: string | null;
  /** The client's login for calls (WCS spec C.1). */
  readonly login?: string;
}

/** One handler a message. What a handler throws or rejects with is logged, and the client stays. */
export type MessageHandlers = {
  readonly [Name in ClientMessage['name']]?: (
    data: Extract<ClientMessage, { name: Name }>['data'],
    client: Client,
  ) => void | Promise<void>;
};

/** What a plugin adds to the signalling: messages it takes, and what it wants to hear of clients. */
export interface SignalingExtension {
  readonly handlers: MessageHandlers;
  /**
   * A client wants to connect; until all agree, nothing of it is handled (WCS spec D.1). May set `session.identity`.
   * What goes wrong here keeps the client out.
   */
  admit?(session: Session, request: Connection): Promise<Admittance>;
  /**
   * A message of an established client, before it is handled.
   * @returns null to let it pass at once; or what is to be handled in its place, later, or nothing
   */
  before?(message: ClientMessage, client: Client): Promise<ClientMessage | null> | null;
  /** More fields for the client's `getUserData` (WCS spec C.1). */
  welcome?(client: Client, request: Connection): Readonly<Record<string, unknown>>;
  /** A message has come, whoever takes it: `unknown` for those that nobody does. */
  onMessage?(client: Client, name: ClientMessage['name']): void;
  /** A text frame from (`in`) or to (`out`) an established client, verbatim: it may hold secrets. */
  onTraffic?(client: Client, direction: 'in' | 'out', text: string): void;
  /** The client knows that it is connected. */
  onEstablished?(client: Client): void;
  /** The client has opened a socket for media. At most one extension has this. */
  onMediaSocket?(client: Client, socket: MediaSocket): void;
  /** The client's socket has closed; its streams have ended. */
  onEnd?(client: Client): void;
}
