import type { Logger } from '../kit/index.js';
import type { ClientMessage, Connection } from '../wire/index.js';
import type { Client, MediaSocket, SignalingExtension } from './extension.js';

type Handler = (data: unknown, client: Client) => void | Promise<void>;

/** Gives each message to the one who takes it, and each event of a client to all who want it. */
export class Dispatcher {
  private readonly handlers = new Map<string, Handler>();

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

  /** Never throws: what goes wrong in a handler is logged. */
  dispatch(message: ClientMessage, client: Client): void {
    for (const extension of this.extensions)
      if (extension.onMessage)
        this.guard(client, 'message', () => extension.onMessage?.(client, message.name));
    this.guard(client, message.name, () => this.handlers.get(message.name)?.(message.data, client));
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
