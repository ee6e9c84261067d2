import type { Session, StreamService } from '../streams/index.js';
import { type ClientMessage, encode } from '../wire/index.js';

/** What a handler works on: an established session. */
export interface HandlerContext {
  readonly session: Session;
  readonly streams: StreamService;
  send(message: string): void;
}

type Handlers = {
  readonly [Name in ClientMessage['name']]?: (
    data: Extract<ClientMessage, { name: Name }>['data'],
    context: HandlerContext,
  ) => void | Promise<void>;
};

/** One handler a message; a message without one is ignored, as the protocol asks (WCS spec A.2). */
const handlers: Handlers = {
  publishStream: (data, { session, streams }) => streams.publish(session, data),
  playStream: (data, { session, streams }) => streams.play(session, data),
  unPublishStream: (data, { session, streams }) => streams.unpublish(session, data.mediaSessionId),
  stopStream: (data, { session, streams }) => streams.stop(session, data.mediaSessionId),
  availableStream: async ({ mediaSessionId, name }, { session, streams, send }) => {
    const reason = await streams.availability(session, name);
    send(encode.availableStream(mediaSessionId, reason === null, reason ?? undefined));
  },
};

/** Hands a message to its handler. */
export function handle(message: ClientMessage, context: HandlerContext): void | Promise<void> {
  const handler = handlers[message.name] as
    | ((data: unknown, context: HandlerContext) => void | Promise<void>)
    | undefined;
  return handler?.(message.data, context);
}
