import { expect, test } from 'vitest';
import { publishRequest } from '../../streams/support.js';
import { event, startRooms } from './support.js';

const annsCam = { login: 'ann', name: 'cam' };

test('a stream of the room: the others are told, and who joins later reads it in the state', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await ann.events();
  await bob.events();
  await publish(ann, 'cam');
  await publish(ann, 'screen');
  const annsScreen = { login: 'ann', name: 'screen' };
  expect(await bob.events()).toEqual([event('PUBLISHED', annsCam), event('PUBLISHED', annsScreen)]);
  expect(await ann.events()).toEqual([]);
  const cid = await enter('cid');
  expect(await cid.events()).toEqual([event('STATE', [annsCam, annsScreen, 'bob'])]);
});

test('a stream that has not begun is in no state', async () => {
  const { enter, plane } = await startRooms();
  const ann = await enter('ann');

  ann.wire.send('publishStream', publishRequest({ custom: { name: 'lobby' } }));
  await ann.wire.next('setRemoteSDP');
  const bob = await enter('bob');
  expect(await bob.events()).toEqual([event('STATE', ['ann'])]);
  plane.last().listener.onFailed('ice-timeout');
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([]);
});

test('unpublished: UNPUBLISHED', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await publish(ann, 'cam');
  await bob.events();
  ann.wire.send('unPublishStream', { mediaSessionId: 'cam' });
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([event('UNPUBLISHED', annsCam)]);
  const cid = await enter('cid');
  expect(await cid.events()).toEqual([event('STATE', ['ann', 'bob'])]);
});

test('lost: FAILED', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  const endpoint = await publish(ann, 'cam');
  await bob.events();
  endpoint.listener.onFailed('ice-keep-alive');
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([event('FAILED', annsCam)]);
});

test('the socket closes: the streams end, then their participant leaves', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await publish(ann, 'cam');
  await bob.events();
  ann.wire.socket.terminate();
  expect(await bob.nextEvents()).toEqual([event('FAILED', annsCam), event('LEFT', 'ann')]);
});

test('leaving takes the streams along, which go on elsewhere', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  const endpoint = await publish(ann, 'cam');
  await bob.events();
  await ann.leave();
  expect(await bob.events()).toEqual([event('UNPUBLISHED', annsCam), event('LEFT', 'ann')]);
  expect(endpoint.closed).toBe(0);
  await ann.join('lobby');
  expect(await bob.events()).toEqual([event('JOINED', 'ann')]);
  endpoint.listener.onFailed('ice-keep-alive');
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([]);
});

test('a newer session takes the place: the older one’s streams leave the room with it', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await publish(ann, 'cam');
  await bob.events();
  await ann.events();
  const back = await enter('ann');
  expect(await bob.events()).toEqual([
    event('UNPUBLISHED', annsCam),
    event('LEFT', 'ann'),
    event('JOINED', 'ann'),
  ]);
  expect(await ann.events()).toEqual([]);
  ann.wire.send('unPublishStream', { mediaSessionId: 'cam' });
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([]);
  expect(await back.events()).toEqual([event('STATE', ['bob'])]);
});

test('a stream that was there before its client joined stays out', async () => {
  const { connect, enter, publish } = await startRooms();
  const bob = await enter('bob');
  const ann = await connect('ann');
  await publish(ann, 'cam');
  await ann.join('lobby');
  expect(await bob.events()).toEqual([event('STATE', []), event('JOINED', 'ann')]);
  ann.wire.send('unPublishStream', { mediaSessionId: 'cam' });
  await ann.wire.next('notifyStreamStatusEvent');
  expect(await bob.events()).toEqual([]);
});

test.each([
  ['a room that its client is not in', { name: 'other' }],
  ['no room', {}],
  ['a room of a wrong type', { name: ['lobby'] }],
  ['a prototype', { name: '__proto__' }],
  ['nothing', null],
])('a stream that names %s is an ordinary stream', async (_what, custom) => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await enter('cid', 'other');
  await bob.events();
  await publish(ann, 'cam', custom);
  expect(await bob.events()).toEqual([]);
});

test('a stream whose name would break the others’ SDK is not shown', async () => {
  const { enter, publish } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await bob.events();
  await publish(ann, 'hasOwnProperty');
  expect(await bob.events()).toEqual([]);
  const cid = await enter('cid');
  expect(await cid.events()).toEqual([event('STATE', ['ann', 'bob'])]);
});
