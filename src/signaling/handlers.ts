import type { StreamService } from '../streams/index.js';
import { encode } from '../wire/index.js';
import type { MessageHandlers } from './extension.js';

/**
 * The messages about streams. A message that nobody takes is ignored, as the protocol asks (WCS spec A.2).
 * @param maxStreamEventSize characters of JSON that an event's payload may have
 */
export function streamHandlers(streams: StreamService, maxStreamEventSize: number): MessageHandlers {
  return {
    publishStream: (data, { session }) => streams.publish(session, data),
    playStream: (data, { session }) => streams.play(session, data),
    unPublishStream: (data, { session }) => streams.unpublish(session, data.mediaSessionId),
    stopStream: (data, { session }) => streams.stop(session, data.mediaSessionId),
    sendStreamEvent: ({ mediaSessionId, type, payload }, { session, send }) => {
      // Each player gets a copy, so one client must not make many large ones.
      if (payload !== undefined && JSON.stringify(payload).length > maxStreamEventSize) {
        const info = `The payload is larger than ${maxStreamEventSize} characters`;
        send(encode.fail({ apiMethod: 'StreamEvent', id: mediaSessionId, status: 'FAILED', info }));
        return;
      }
      streams.sendEvent(session, mediaSessionId, type, payload);
    },
    availableStream: async ({ mediaSessionId, name }, { session, send }) => {
      const reason = await streams.availability(session, name);
      send(encode.availableStream(mediaSessionId, reason === null, reason ?? undefined));
    },
  };
}
