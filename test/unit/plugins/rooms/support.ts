import { createRooms, type RoomsOptions } from '../../../../src/plugins/rooms/index.js';
import { Client, startSignaling } from '../../signaling/support.js';
import { type FakeEndpoint, publishRequest } from '../../streams/support.js';

type RoomSettings = RoomsOptions['settings'];

export const roomSettings: RoomSettings = {
  appKeys: ['roomApp'],
  banned: ['banned'],
  muted: ['muted'],
  maxRooms: 3,
  maxParticipants: 3,
  maxRoomsPerSession: 2,
  maxNameLength: 20,
  maxMessageLength: 10,
  maxCommandsPerSecond: 1000,
};

/** A payload of `OnDataEvent`, as the SDK's room module reads it. */
export interface RoomEvent {
  readonly roomName: string;
  readonly name: string;
  readonly info: unknown;
}

/** A real server with the Room API; its time stands still until `time.now` is set. */
export async function startRooms(settings: Partial<RoomSettings> = {}) {
  const time = { now: 0 };
  const { url, plane } = await startSignaling({}, (streams) => [
    createRooms({ settings: { ...roomSettings, ...settings }, streams, clock: () => time.now }),
  ]);
  return {
    url,
    plane,
    time,
    connect: (login?: unknown) => RoomClient.connect(url, { appKey: 'roomApp', custom: { login } }),
    /** Connects as `login` and joins the room; the STATE is still to be read. */
    enter: async (login: string, room = 'lobby') => {
      const client = await RoomClient.connect(url, { appKey: 'roomApp', custom: { login } });
      await client.join(room);
      return client;
    },
    /** Publishes up to the first media. */
    publish: async (client: RoomClient, name: string, custom: object | null = { name: 'lobby' }) => {
      client.wire.send('publishStream', publishRequest({ mediaSessionId: name, name, custom }));
      await client.wire.next('setRemoteSDP');
      const endpoint: FakeEndpoint = plane.last();
      endpoint.listener.onStarted();
      await client.wire.next('notifyStreamStatusEvent');
      return endpoint;
    },
  };
}

let operations = 0;

/** A client that speaks the Room API. */
export class RoomClient {
  private constructor(readonly wire: Client) {}

  static async connect(url: string, connection: object): Promise<RoomClient> {
    return new RoomClient(await Client.connect(url, connection));
  }

  /** Sends data and waits for what the server says about it: 'ACCEPTED', or 'FAILED' with the reason. */
  async sendData(payload: unknown): Promise<string> {
    operations += 1;
    const operationId = `operation-${operations}`;
    this.wire.send('sendData', { operationId, payload });
    const { data } = await this.wire.next('DataStatusEvent');
    const { operationId: answered, status, info } = data[0] as Record<string, string | undefined>;
    if (answered !== operationId) throw new Error(`${answered} was answered, not ${operationId}`);
    return info === undefined ? `${status}` : `${status}: ${info}`;
  }

  join(name: unknown): Promise<string> {
    return this.sendData({ command: 'join', options: { name, record: false } });
  }

  leave(name: unknown = 'lobby'): Promise<string> {
    return this.sendData({ command: 'leave', options: { name } });
  }

  message(to: unknown, text: unknown, name: unknown = 'lobby'): Promise<string> {
    return this.sendData({ command: 'sendMessage', options: { roomConfig: { name }, to, text } });
  }

  /** The room events since the last call; all that the server has sent by now are among them. */
  async events(): Promise<RoomEvent[]> {
    this.wire.send('availableStream', { mediaSessionId: 'all-read', name: 'none' });
    await this.wire.next('availableStream');
    const { frames } = this.wire;
    const events = frames.filter(({ message }) => message === 'OnDataEvent');
    frames.splice(0, frames.length, ...frames.filter((frame) => !events.includes(frame)));
    return events.map(({ data }) => (data[0] as { payload: RoomEvent }).payload);
  }

  /** As `events`, waiting until there are some: for what happens without an answer to anybody. */
  async nextEvents(): Promise<RoomEvent[]> {
    const first = (await this.wire.next('OnDataEvent')).data[0] as { payload: RoomEvent };
    return [first.payload, ...(await this.events())];
  }

  async close(): Promise<void> {
    this.wire.socket.close();
    await this.wire.closed;
  }
}

/** An event of the room `lobby`. */
export function event(name: string, info: unknown, roomName = 'lobby'): RoomEvent {
  return { roomName, name, info };
}
