import type { Client } from '../../signaling/index.js';
import { type ClientMessage, encode, type JsonObject, StreamEventType } from '../../wire/index.js';
import type { Outcome, SessionHooks } from './session-hooks.js';

/**
 * A message of a client, told to its backend; those that it may refuse wait for its answer (WCS spec G.3, direct methods).
 * Streams are asked about elsewhere, behind the checks that come first.
 * @returns what is to be handled later, nothing when refused; null when the message need not wait
 */
export function hookMessage(
  message: ClientMessage,
  client: Client,
  hooks: SessionHooks,
): Promise<ClientMessage | null> | null {
  switch (message.name) {
    case 'sendData': {
      const { operationId, payload } = message.data;
      return hold(hooks.ask('OnDataEvent', { operationId, payload }), (outcome) => {
        if (outcome.refused === null) {
          if (!('payload' in outcome.overwritten)) return message;
          return { ...message, data: { operationId, payload: outcome.overwritten.payload } };
        }
        client.send(encode.dataStatusEvent(operationId, 'FAILED', outcome.refused));
        return null;
      });
    }
    case 'snapshot': {
      const { mediaSessionId, name } = message.data;
      return hold(hooks.ask('snapshot', { mediaSessionId, name }), (outcome) => {
        if (outcome.refused === null) {
          const { name: other = name } = outcome.overwritten;
          return { ...message, data: { mediaSessionId, name: String(other) } };
        }
        const event = { type: StreamEventType.SNAPSHOT_FAILED, payload: { info: outcome.refused } } as const;
        client.send(encode.notifyStreamEvent(mediaSessionId, event));
        return null;
      });
    }
    case 'submitBugReport':
      return hold(hooks.ask('submitBugReport', { ...message.data.report }), (outcome) => {
        if (outcome.refused === null) return message;
        client.send(encode.fail({ apiMethod: 'submitBugReport', info: outcome.refused }));
        return null;
      });
    default:
      tell(message, client, hooks);
      return null;
  }
}

/** Messages that nobody can refuse, or that it would be of no use to refuse. */
function tell(message: ClientMessage, client: Client, hooks: SessionHooks): void {
  switch (message.name) {
    case 'unPublishStream':
    case 'stopStream':
      void hooks.ask(message.name, about(client, message.data.mediaSessionId));
      break;
    case 'pushLogs':
      if (!hooks.isBusy) void hooks.ask(message.name, { ...message.data });
      break;
    case 'sessionDebug':
      void hooks.ask(message.name, { ...message.data });
      break;
    case 'sendStreamEvent': {
      const { mediaSessionId, type, payload } = message.data;
      void hooks.event('StreamEvent', { ...about(client, mediaSessionId), type, payload });
      break;
    }
    case 'DataStatusEvent':
      void hooks.event('DataStatusEvent', { ...message.data });
  }
}

function about({ session }: Client, mediaSessionId: string): JsonObject {
  const stream = session.mediaSessions.get(mediaSessionId);
  const { name, published, status } = stream ?? {};
  return { mediaSessionId, name, published, status };
}

async function hold(
  outcome: Promise<Outcome>,
  decide: (outcome: Outcome) => ClientMessage | null,
): Promise<ClientMessage | null> {
  return decide(await outcome);
}
