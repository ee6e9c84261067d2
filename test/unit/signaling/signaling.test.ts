import { expect, test } from 'vitest';
import { playRequest, publishRequest } from '../streams/support.js';
import { Client, startSignaling } from './support.js';

test('connect: getUserData echoes the client and holds an unguessable token, then getVersion', async () => {
  const { url } = await startSignaling();
  const client = await Client.open(`${url}/any/path?with=query`);
  client.send('connection', { appKey: 'app', mediaProviders: ['WebRTC', 'MSE'], clientVersion: '2.0' });
  const version = await client.next('getVersion');
  const userData = (await client.next('getUserData')).data[0] as Record<string, unknown>;
  expect(userData).toMatchObject({
    status: 'ESTABLISHED',
    mediaProviders: ['WebRTC', 'MSE'],
    clientVersion: '2.0',
    useWsTunnel: false,
    useWsTunnelPacketization2: false,
    useBase64BinaryEncoding: false,
    keepAlive: false,
  });
  expect(userData.authToken).toMatch(/^[A-Za-z0-9+/]{32}$/);
  expect(version.data).toEqual(['1.2.3']);
});

test('publish and play: the messages of the description, in their order', async () => {
  const { url, plane } = await startSignaling();
  const publisher = await Client.connect(url);
  publisher.send('publishStream', publishRequest());
  const answer = await publisher.next('setRemoteSDP');
  expect(answer.data[0]).toBe('pub-1');
  expect(answer.data[1]).toContain('a=ice-lite');
  expect(answer.data[2]).toBe(true);
  const source = plane.last();
  source.listener.onStarted();
  const publishing = (await publisher.next('notifyStreamStatusEvent')).data[0];
  expect(publishing).toMatchObject({
    mediaSessionId: 'pub-1',
    name: 'cam',
    published: true,
    hasVideo: true,
    hasAudio: true,
    status: 'PUBLISHING',
    audioCodec: 'opus',
    videoCodec: 'H264',
    record: false,
    width: 0,
    height: 0,
    createDate: 1_700_000_000_000,
    mediaProvider: 'WebRTC',
    streamInfo: { mediaSessionId: 'pub-1', name: 'cam', recordStarted: false },
  });
  source.listener.onVideoSize(320, 240);

  const player = await Client.connect(url);
  player.send('playStream', playRequest());
  await player.next('setRemoteSDP');
  expect(player.frames.map(({ message }) => message)).not.toContain('notifyVideoFormat');
  expect((await player.next('notifyAudioCodec')).data).toEqual(['play-1', { name: 'opus' }]);
  plane.last().listener.onStarted();
  expect((await player.next('notifyStreamStatusEvent')).data[0]).toMatchObject({
    status: 'PLAYING',
    published: false,
  });
  expect((await player.next('notifyVideoFormat')).data[0]).toEqual({
    streamerVideoWidth: 320,
    streamerVideoHeight: 240,
    mediaSessionId: 'play-1',
    status: 'RESIZE',
  });
  plane.last().listener.onRate({ videoRate: 700_000, fps: 30, nack: 1, pli: 2, lostPackets: 3 });
  expect((await player.next('outboundVideoRate')).data[0]).toEqual({
    mediaSessionId: 'play-1',
    videoRate: 700_000,
    fps: 30,
    nack: 1,
    pli: 2,
    lostPackets: 3,
    width: 320,
    height: 240,
  });

  player.send('stopStream', { mediaSessionId: 'play-1' });
  expect((await player.next('notifyStreamStatusEvent')).data[0]).toMatchObject({
    status: 'STOPPED',
    info: 'Stopped by user',
    width: 320,
    height: 240,
  });
  publisher.send('unPublishStream', { mediaSessionId: 'pub-1' });
  expect((await publisher.next('notifyStreamStatusEvent')).data[0]).toMatchObject({
    status: 'UNPUBLISHED',
    info: 'Stopped by publisher stop',
  });
});

test('availableStream is answered in the form that real clients read', async () => {
  const { url } = await startSignaling();
  const client = await Client.connect(url);
  client.send('availableStream', { mediaSessionId: 'q', name: 'nothing' });
  expect((await client.next('availableStream')).data).toEqual([
    { id: 'q', status: 'false', info: 'Session does not exist' },
  ]);
});

test.each([
  ['no JSON at all', 1007],
  ['[1,2]', 1007],
  ['{"message":5}', 1007],
  ['{"message":"publishStream","data":[{}]}', 1008],
])('%s before connection closes the socket with %i, and others go on', async (text, code) => {
  const { url } = await startSignaling();
  const bystander = await Client.connect(url);
  const client = await Client.open(url);
  client.socket.send(text);
  expect((await client.closed).code).toBe(code);
  bystander.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await bystander.next('availableStream');
});

test('what comes behind a frame that closes the socket does not count', async () => {
  const { url, plane } = await startSignaling();
  const client = await Client.connect(url);
  client.socket.send('{');
  client.send('publishStream', publishRequest());
  expect((await client.closed).code).toBe(1007);
  expect(plane.asked).toBe(0);
});

test('unknown messages and binary frames are ignored', async () => {
  const { url } = await startSignaling();
  const client = await Client.connect(url);
  client.send('somethingNew', { a: 1 });
  client.socket.send(Buffer.from([1, 2, 3]));
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
});

test('a second connection message changes nothing', async () => {
  const { url } = await startSignaling();
  const client = await Client.connect(url);
  client.send('connection', { appKey: 'other' });
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  expect(client.frames.filter(({ message }) => message === 'getUserData')).toHaveLength(1);
});

test('pings come at the interval, and a client that answers none is cut off', async () => {
  const { url } = await startSignaling({ pingInterval: 20, pingProbes: 3 });
  const silent = await Client.connect(url);
  expect((await silent.closed).code).toBe(1006);
  expect(silent.frames.filter(({ message }) => message === 'ping')).toEqual(
    Array(3).fill({ message: 'ping', data: [] }),
  );
});

test('a client that answers its pings stays', async () => {
  const { url } = await startSignaling({ pingInterval: 20, pingProbes: 2 });
  const client = await Client.connect(url);
  for (let count = 0; count < 8; count += 1) {
    await client.next('ping');
    client.send('pong', null);
  }
  expect(client.socket.readyState).toBe(client.socket.OPEN);
});

test('a socket that sends no connection message is closed', async () => {
  const { url } = await startSignaling({ connectionTimeout: 30 });
  const client = await Client.open(url);
  expect(await client.closed).toEqual({ code: 1008, reason: 'no connection message came' });
});

test('a message over the limit closes its socket', async () => {
  const { url } = await startSignaling({ maxMessageSize: 1000 });
  const client = await Client.connect(url);
  client.send('publishStream', { sdp: 'x'.repeat(2000) });
  expect((await client.closed).code).toBe(1009);
});

test('sessions over the limits are closed with 1013, and a place that is left can be taken', async () => {
  const { url } = await startSignaling({ maxSessionsPerAddress: 1 });
  const first = await Client.connect(url);
  const second = await Client.open(url);
  expect(await second.closed).toEqual({ code: 1013, reason: 'too many sessions' });
  first.socket.close();
  await first.closed;
  await expect
    .poll(async () => {
      const third = await Client.open(url);
      third.send('connection', {});
      return Promise.race([third.next('getUserData').then(() => 'in'), third.closed.then(() => 'out')]);
    })
    .toBe('in');
});

test('the socket closes: what it published ends', async () => {
  const { url, plane } = await startSignaling();
  const publisher = await Client.connect(url);
  publisher.send('publishStream', publishRequest());
  await publisher.next('setRemoteSDP');
  publisher.socket.terminate();
  await expect.poll(() => plane.last().closed).toBe(1);
});

test('the server closes: every socket gets 1001', async () => {
  const { url, server } = await startSignaling();
  const client = await Client.connect(url);
  const idle = await Client.open(url);
  await server.close();
  expect((await client.closed).code).toBe(1001);
  expect((await idle.closed).code).toBe(1001);
});

test('plain HTTP on the port is told what it is for', async () => {
  const { url } = await startSignaling();
  const response = await fetch(url.replace('ws:', 'http:'));
  expect(response.status).toBe(426);
});
