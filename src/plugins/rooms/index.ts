import type { Client, SignalingExtension } from '../../signaling/index.js';
import type { StreamService } from '../../streams/index.js';
import { encode, type SendData } from '../../wire/index.js';
import { RoomService, type RoomSettings } from './room-service.js';

export interface RoomsOptions {
  readonly settings: RoomSettings;
  readonly streams: StreamService;
  /** ms, never going back. */
  readonly clock: () => number;
}

/**
 * The Room API (WCS spec B.8, C.8): video chat rooms on top of `sendData`. Data of clients of other applications is
 * accepted, and ends here: it is for a backend.
 */
export function createRooms({ settings, streams, clock }: RoomsOptions): SignalingExtension {
  const rooms = new RoomService(settings, clock);
  streams.on('status', (mediaSession) => rooms.onStatus(mediaSession));
  return {
    handlers: {
      sendData: (data, client) => {
        if (settings.appKeys.includes(client.session.identity.appKey)) obey(rooms, data, client);
        else client.send(encode.dataStatusEvent(data.operationId, 'ACCEPTED'));
      },
    },
    onEnd: (client) => rooms.end(client),
  };
}

function obey(rooms: RoomService, { operationId, payload }: SendData, client: Client): void {
  const verdict = rooms.judge(payload, client);
  if (typeof verdict === 'string') {
    client.send(encode.dataStatusEvent(operationId, 'FAILED', verdict));
    return;
  }
  client.send(encode.dataStatusEvent(operationId, 'ACCEPTED'));
  verdict();
}
