import { expect, test } from 'vitest';
import type {
  ConnectedClient,
  MediaSocket,
  SignalingExtension,
  SignalingOptions,
} from '../../../src/signaling/index.js';
import { Client, startSignaling } from './support.js';

/** A server with an extension that takes sockets for media, and a client with one. */
async function makeScene(options: Partial<SignalingOptions> = {}) {
  const sockets: MediaSocket[] = [];
  const closed: number[] = [];
  const extension: SignalingExtension = {
    handlers: {},
    onMediaSocket: (_client, socket) => {
      const index = sockets.push(socket) - 1;
      socket.onClosed(() => closed.push(index));
    },
  };
  const { url } = await startSignaling(options, () => [extension]);
  const client = await Client.open(url);
  client.send('connection', {});
  const { authToken } = (await client.next('getUserData')).data[0] as { authToken: string };
  client.socket.on('message', (text) => {
    if (String(text).includes('"ping"')) client.send('pong', null);
  });
  const open = async () => {
    const media = await Client.open(url);
    media.send('connectMediaTransport', { authToken });
    return media;
  };
  const media = await open();
  await expect.poll(() => sockets.length).toBe(1);
  return { url, client, media, open, sockets, closed };
}

test('media goes out as binary messages, and what has not gone yet is known', async () => {
  const { media, sockets } = await makeScene();
  media.socket.removeAllListeners('message');
  const got = new Promise<[Buffer, boolean]>((resolve) => {
    media.socket.on('message', (data: Buffer, isBinary) => resolve([data, isBinary]));
  });
  sockets[0]!.send(Uint8Array.of(9, 8, 7));
  expect(await got).toEqual([Buffer.from([9, 8, 7]), true]);
  media.socket.pause();
  const large = new Uint8Array(4 << 20);
  for (let count = 0; count < 8; count += 1) sockets[0]!.send(large);
  expect(sockets[0]!.unsent).toBeGreaterThan(large.length);
});

test('its owner hears once that it has closed, and nothing is sent any more', async () => {
  const { media, sockets, closed } = await makeScene();
  sockets[0]!.close('enough');
  sockets[0]!.send(Uint8Array.of(1));
  sockets[0]!.close('enough');
  expect(await media.closed).toEqual({ code: 1000, reason: 'enough' });
  await expect.poll(() => closed).toEqual([0]);
});

test('a pong without data answers its pings; without it is cut off', async () => {
  const { media, sockets, closed } = await makeScene({ pingInterval: 30, pingProbes: 2 });
  for (let round = 0; round < 6; round += 1) {
    expect(await media.next('ping')).toEqual({ message: 'ping', data: [] });
    media.socket.send('{"message":"pong"}');
  }
  expect(closed).toEqual([]);
  expect((await media.closed).code).toBe(1006);
  await expect.poll(() => closed).toEqual([0]);
  expect(sockets).toHaveLength(1);
});

test('one that talks too much is closed, whatever it says', async () => {
  const { media } = await makeScene();
  for (let count = 0; count < 120; count += 1) media.socket.send(Buffer.alloc(100));
  expect(await media.closed).toEqual({ code: 1008, reason: 'too many messages' });
});

test('it counts as a socket of its address', async () => {
  const { url, media, sockets } = await makeScene({ maxSessionsPerAddress: 2 });
  const third = await Client.open(url);
  expect((await third.closed).code).toBe(1013);
  media.socket.close();
  await expect
    .poll(async () => {
      const next = await Client.open(url);
      next.send('connection', {});
      return await Promise.race([next.next('getVersion').then(() => 'in'), next.closed.then(() => 'out')]);
    })
    .toBe('in');
  expect(sockets).toHaveLength(1);
});

test('it is not among those that have yet to say who they are', async () => {
  const { open, sockets, url } = await makeScene({ maxPending: 1 });
  await open();
  await expect.poll(() => sockets.length).toBe(2);
  await Client.connect(url);
});

test('nobody wants one where no extension does', async () => {
  const { url } = await startSignaling();
  const client = await Client.open(url);
  client.send('connection', {});
  const { authToken } = (await client.next('getUserData')).data[0] as { authToken: string };
  const media = await Client.open(url);
  media.send('connectMediaTransport', { authToken });
  expect(await media.closed).toEqual({ code: 1008, reason: 'no media is wanted here' });
});

test('is no way around being asked: while a client waits to be let in, its socket stays what it is, and nobody has its token', async () => {
  let letIn = () => {};
  const asked = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  const sockets: MediaSocket[] = [];
  const { url, server } = await startSignaling({}, () => [
    {
      handlers: {},
      admit: async () => {
        await asked;
        return { refused: null };
      },
      onMediaSocket: (_client, socket) => void sockets.push(socket),
    },
  ]);
  const client = await Client.open(url);
  client.send('connection', {});
  client.send('connectMediaTransport', { authToken: 'mine' });
  const stranger = await Client.open(url);
  stranger.send('connectMediaTransport', { authToken: 'mine' });
  expect(await stranger.closed).toEqual({ code: 1008, reason: 'no session has this authToken' });
  // Nor is it anybody for those who administer.
  expect(server.clients()).toEqual([]);
  letIn();
  await client.next('getVersion');
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  expect(sockets).toEqual([]);
  const [{ session }] = server.clients() as [ConnectedClient];
  expect(server.disconnect(session.id, 'enough')).toBe(true);
  expect(await client.closed).toEqual({ code: 1000, reason: 'enough' });
  expect(server.client(session.id)).toBeNull();
});
