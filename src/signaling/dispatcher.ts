import type { Logger } from '../kit/index.js';
import type { ClientMessage, Connection } from '../wire/index.js';
import type { Client, SignalingExtension } from './extension.js';

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

  dispatch(message: ClientMessage, client: Client): void {
    const failed = (error: unknown) =>
      this.log.error({ error, session: client.session.id, message: message.name }, 'message handler failed');
    try {
      Promise.resolve(this.handlers.get(message.name)?.(message.data, client)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  welcome(client: Client, request: Connection): Record<string, unknown> {
    return Object.assign({}, ...this.extensions.map((one) => one.welcome?.(client, request)));
  }

  traffic(client: Client, direction: 'in' | 'out', text: string): void {
    for (const extension of this.extensions) extension.onTraffic?.(client, direction, text);
  }

  end(client: Client): void {
    for (const extension of this.extensions) extension.onEnd?.(client);
  }
}
