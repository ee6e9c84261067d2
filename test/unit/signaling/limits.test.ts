import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Admission } from '../../../src/signaling/admission.js';
import { publishRequest } from '../streams/support.js';
import { Client, startSignaling } from './support.js';

const limits = { maxSessions: 4, maxSessionsPerAddress: 3, maxPending: 3, maxPendingPerAddress: 2 };

test('admission: pending sockets are limited in all and by address, and sessions make room for them', () => {
  const admission = new Admission(limits);
  const first = admission.enter('a');
  expect(admission.enter('a')).not.toBeNull();
  expect(admission.enter('a')).toBeNull();
  first?.establish();
  first?.establish();
  expect(admission.enter('a')).not.toBeNull();
  expect(admission.enter('b')).not.toBeNull();
  expect(admission.enter('c')).toBeNull();
});

test('admission: sessions are limited in all and by address', () => {
  const admission = new Admission(limits);
  const enter = (address: string) => {
    const admitted = admission.enter(address);
    admitted?.establish();
    return admitted;
  };
  expect(['a', 'a', 'a', 'a', 'b', 'c'].map((address) => enter(address) !== null)).toEqual([
    true,
    true,
    true,
    false,
    true,
    false,
  ]);
});

test('admission: nothing is kept of those who have left', () => {
  const admission = new Admission(limits);
  for (let round = 0; round < 100; round += 1) {
    const stays = admission.enter('a');
    const leaves = admission.enter('a');
    stays?.establish();
    leaves?.leave();
    stays?.leave();
  }
  expect(admission.empty).toBe(true);
});

test('admission: a /64 of IPv6 counts as one address, IPv4 in IPv6 as itself', () => {
  const admission = new Admission({ ...limits, maxPending: 100, maxSessions: 100 });
  const enter = (address: string) => admission.enter(address) !== null;
  expect(['2001:db8::1', '2001:db8::ffff:1', '2001:db8:0:0:1::'].map(enter)).toEqual([true, true, false]);
  expect(['2001:db8:0:1::1', '::ffff:192.0.2.1', '::ffff:192.0.2.2'].map(enter)).toEqual([true, true, true]);
  expect(['192.0.2.1', '192.0.2.1'].map(enter)).toEqual([true, false]);
});

test('connections that are no WebSockets yet are limited by address, and an upgrade makes room', async () => {
  const { url } = await startSignaling({ maxSessionsPerAddress: 2 });
  const ended = (socket: Socket) =>
    new Promise<void>((resolve) => {
      socket
        .resume()
        .on('error', () => {})
        .on('close', () => resolve());
    });
  const dial = () => connect(Number(new URL(url).port), '127.0.0.1');
  const silent = dial();
  await once(silent, 'connect');
  const client = await Client.connect(url);
  const second = dial();
  await once(second, 'connect');
  await ended(dial());
  expect([silent.destroyed, second.destroyed]).toEqual([false, false]);
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  const left = once(silent, 'close');
  silent.destroy();
  await left;
  client.socket.terminate();
  await expect
    .poll(
      () =>
        Client.connect(url).then(
          () => 'in',
          () => 'out',
        ),
      { timeout: 10_000 },
    )
    .toBe('in');
  second.destroy();
});

test('a client with too many messages is closed, and nobody else is', async () => {
  const { url } = await startSignaling({ maxMessageRate: 5 });
  const bystander = await Client.connect(url);
  const client = await Client.connect(url);
  for (let count = 0; count < 20; count += 1)
    client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' });
  expect(client.frames.filter(({ message }) => message === 'availableStream').length).toBeLessThanOrEqual(10);
  bystander.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await bystander.next('availableStream');
});

test('a long message counts for as many as it takes time to read', async () => {
  const { url } = await startSignaling({ maxMessageRate: 10 });
  const client = await Client.connect(url);
  const long = { mediaSessionId: 'q', name: 'x', padding: 'x'.repeat(8 * 8192) };
  for (let count = 0; count < 2; count += 1) client.send('availableStream', long);
  for (let count = 0; count < 2; count += 1) await client.next('availableStream');
  client.send('availableStream', long);
  expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' });
});

test('log lines do not count as messages, unless they are a flood', async () => {
  const { url } = await startSignaling({ maxMessageRate: 10 });
  const client = await Client.connect(url);
  for (let count = 0; count < 150; count += 1) client.send('pushLogs', { logs: 'line\n' });
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  for (let count = 0; count < 200; count += 1) client.send('pushLogs', { logs: 'line\n' });
  expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' });
});

test('sockets without connection are limited, and one that connects makes room', async () => {
  const { url } = await startSignaling({ maxPendingPerAddress: 1 });
  const idle = await Client.open(url);
  const second = await Client.open(url);
  expect(await second.closed).toEqual({ code: 1013, reason: 'too many sessions' });
  idle.send('connection', {});
  await idle.next('getVersion');
  await Client.connect(url);
});

test('a TCP connection that asks for nothing is closed', async () => {
  const { url } = await startSignaling({ connectionTimeout: 100 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) =>
    socket
      .resume()
      .on('error', () => {})
      .on('close', resolve),
  );
});

test('after its close a client is no longer listened to, and it is cut off when it does not answer', async () => {
  const { url, plane } = await startSignaling();
  const client = await Client.connect(url);
  client.socket.send('no JSON');
  client.send('publishStream', publishRequest());
  expect((await client.closed).code).toBe(1007);
  expect(plane.asked).toBe(0);
});

test('an offer over the limit fails its stream', async () => {
  const { url, plane } = await startSignaling();
  const client = await Client.connect(url);
  const { sdp } = publishRequest();
  client.send('publishStream', publishRequest({ sdp: sdp.padEnd(65_537, ' ') }));
  const { data } = await client.next('notifyStreamStatusEvent');
  expect(data[0]).toMatchObject({ status: 'FAILED', info: 'Failed by error' });
  expect(plane.asked).toBe(0);
});

test('a media session id over the limit fails its stream', async () => {
  const { url } = await startSignaling();
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest({ mediaSessionId: 'i'.repeat(129) }));
  const { data } = await client.next('notifyStreamStatusEvent');
  expect(data[0]).toMatchObject({ status: 'FAILED', info: 'Failed by error' });
});

test.each([
  ['16 characters outside the basic plane', '🎥'.repeat(16), 'setRemoteSDP'],
  ['17 of them', '🎥'.repeat(17), 'notifyStreamStatusEvent'],
  ['a lone surrogate and control characters', '\ud800\u0000\n\u202e', 'setRemoteSDP'],
  ['__proto__', '__proto__', 'setRemoteSDP'],
])('a name of %s is answered with %s', async (_what, name, answer) => {
  const { url } = await startSignaling();
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest({ name }));
  await client.next(answer);
});

test('a stream event over the limit is refused with a warning', async () => {
  const { url } = await startSignaling({ maxStreamEventSize: 20 });
  const client = await Client.connect(url);
  client.send('sendStreamEvent', {
    mediaSessionId: 'pub-1',
    type: 'data',
    payload: { text: 'x'.repeat(20) },
  });
  expect((await client.next('fail')).data).toEqual([
    {
      apiMethod: 'StreamEvent',
      id: 'pub-1',
      status: 'FAILED',
      info: 'The payload is larger than 20 characters',
    },
  ]);
});
