import type { StreamService } from '../streams/index.js';
import { encode } from '../wire/index.js';
import type { MessageHandlers } from './extension.js';

/** The messages about streams. A message that nobody takes is ignored, as the protocol asks (WCS spec A.2). */
export function streamHandlers(streams: StreamService): MessageHandlers {
  return {
    publishStream: (data, { session }) => streams.publish(session, data),
    playStream: (data, { session }) => streams.play(session, data),
    unPublishStream: (data, { session }) => streams.unpublish(session, data.mediaSessionId),
    stopStream: (data, { session }) => streams.stop(session, data.mediaSessionId),
    availableStream: async ({ mediaSessionId, name }, { session, send }) => {
      const reason = await streams.availability(session, name);
      send(encode.availableStream(mediaSessionId, reason === null, reason ?? undefined));
    },
  };
}
