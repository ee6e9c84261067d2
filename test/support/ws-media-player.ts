import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { WcsClient } from './wcs-client.js';

/** A player of media over a WebSocket without an SDK: what it gets, and when, ms. */
export class WsMediaPlayer {
  readonly messages: { readonly at: number; readonly data: Buffer }[] = [];

  private constructor(
    readonly client: WcsClient,
    readonly media: WebSocket,
    readonly id: string,
  ) {}

  /** Plays a stream and waits for PLAYING. @param provider MSE or WSPlayer */
  static async play(
    url: string,
    name: string,
    provider: 'MSE' | 'WSPlayer',
    more: object = {},
  ): Promise<WsMediaPlayer> {
    const client = await WcsClient.connect(url);
    const { authToken } = (await client.message('getUserData')).first;
    const id = randomUUID();
    const ask = { mediaSessionId: id, name, mediaProvider: provider, sdp: 'v=0', ...more };
    client.send('playStream', ask);
    await client.message('setRemoteSDP', 20_000);
    const media = new WebSocket(url);
    const player = new WsMediaPlayer(client, media, id);
    media.on('message', (data: Buffer, isBinary) => {
      if (isBinary) player.messages.push({ at: performance.now(), data });
      else media.send('{"message":"pong"}');
    });
    await once(media, 'open');
    media.send(JSON.stringify({ message: 'connectMediaTransport', data: [{ authToken }] }));
    await client.status(id, ['PLAYING'], 20_000);
    return player;
  }

  /** Waits until it has got so many messages. */
  async received(count: number): Promise<typeof this.messages> {
    while (this.messages.length < count) await once(this.media, 'message');
    return this.messages;
  }

  close(): void {
    this.client.socket.terminate();
    this.media.terminate();
  }
}

/** A record of MSE. */
export interface MseRecord {
  readonly kind: 'audio' | 'video';
  readonly time: number;
  readonly payload: Buffer;
}

/** The records of a message. @throws RangeError when it does not consist of whole ones */
export function mseRecords(message: Buffer): MseRecord[] {
  const records: MseRecord[] = [];
  for (let at = 0; at < message.length; ) {
    const end = at + 9 + message.readUInt32BE(at + 5);
    if (end > message.length) throw new RangeError('a record ends behind its message');
    const kind = message[at] === 8 ? 'audio' : 'video';
    records.push({ kind, time: message.readUInt32BE(at + 1), payload: message.subarray(at + 9, end) });
    at = end;
  }
  return records;
}
