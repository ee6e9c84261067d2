import type { Logger } from '../kit/index.js';
import type { Session } from '../streams/index.js';
import { type ClientMessage, type Connection, StreamInfo } from '../wire/index.js';
import type { Admittance, Client, MediaSocket, SignalingExtension } from './extension.js';

type Handler = (data: unknown, client: Client) => void | Promise<void>;

/** Gives each message to the one who takes it, and each event of a client to all who want it. */
export class Dispatcher {
  private readonly handlers = new Map<string, Handler>();
  private readonly gone = new WeakSet<Client>();

  /** @throws Error when two extensions take the same message */
  constructor(
    private readonly extensions: readonly SignalingExtension[],
    private readonly log: Logger,
  ) {
    for (const { handlers } of extensions) {
      for (const [name, handler] of Object.entries(handlers)) {
        if (this.handlers.has(name)) throw new Error(`${name} is taken twice`);
        this.handlers.set(name, handler as Handler);
      }
    }
  }

  /**
   * Asks everybody whether a client may connect. Never rejects: where one cannot say, it may not.
   * @returns null when there is nobody to be asked
   */
  admit(session: Session, request: Connection): Promise<Admittance> | null {
    const doors = this.extensions.filter(({ admit }) => admit);
    return doors.length === 0 ? null : this.ask(doors, session, request);
  }

  private async ask(
    doors: readonly SignalingExtension[],
    session: Session,
    request: Connection,
  ): Promise<Admittance> {
    let login: string | undefined;
    for (const extension of doors) {
      try {
        const said = await extension.admit?.(session, request);
        if (said && said.refused !== null) return said;
        login = said?.login ?? login;
      } catch (error) {
        this.log.error({ err: error, session: session.id, what: 'admit' }, 'message handler failed');
        return { refused: StreamInfo.RESTRICTED_ACCESS };
      }
    }
    return login === undefined ? { refused: null } : { refused: null, login };
  }

  /** Never throws: what goes wrong in a handler is logged. */
  dispatch(message: ClientMessage, client: Client): void {
    for (const extension of this.extensions)
      if (extension.onMessage)
        this.guard(client, 'message', () => extension.onMessage?.(client, message.name));
    this.guard(client, message.name, () => this.pass(message, client, 0));
  }

  /** @param from the first extension that has not seen it */
  private pass(message: ClientMessage, client: Client, from: number): void | Promise<void> {
    for (let index = from; index < this.extensions.length; index += 1) {
      const held = this.extensions[index]?.before?.(message, client);
      if (!held) continue;
      return held.then((released) => {
        if (released && !this.gone.has(client)) return this.pass(released, client, index + 1);
      });
    }
    return this.handlers.get(message.name)?.(message.data, client);
  }

  established(client: Client): void {
    for (const extension of this.extensions)
      this.guard(client, 'established', () => extension.onEstablished?.(client));
  }

  welcome(client: Client, request: Connection): Record<string, unknown> {
    const fields = {};
    for (const extension of this.extensions)
      this.guard(client, 'welcome', () => void Object.assign(fields, extension.welcome?.(client, request)));
    return fields;
  }

  traffic(client: Client, direction: 'in' | 'out', text: string): void {
    for (const extension of this.extensions)
      this.guard(client, 'traffic', () => extension.onTraffic?.(client, direction, text));
  }

  /** @returns whether anybody wants it */
  mediaSocket(client: Client, socket: MediaSocket): boolean {
    const taker = this.extensions.find(({ onMediaSocket }) => onMediaSocket);
    this.guard(client, 'connectMediaTransport', () => taker?.onMediaSocket?.(client, socket));
    return taker !== undefined;
  }

  end(client: Client): void {
    this.gone.add(client);
    for (const extension of this.extensions) this.guard(client, 'end', () => extension.onEnd?.(client));
  }

  private guard(client: Client, what: string, act: () => void | Promise<void>): void {
    const failed = (error: unknown) =>
      this.log.error({ err: error, session: client.session.id, what }, 'message handler failed');
    try {
      act()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
