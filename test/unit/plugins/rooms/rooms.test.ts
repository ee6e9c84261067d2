import { expect, test } from 'vitest';
import { Client } from '../../signaling/support.js';
import { event, RoomClient, startRooms } from './support.js';

test('join: accepted, then the state to who joins and the news to the others', async () => {
  const { connect, enter } = await startRooms();
  const ann = await enter('ann');
  expect(await ann.events()).toEqual([event('STATE', [])]);
  const bob = await connect('bob');
  bob.wire.frames.length = 0;
  expect(await bob.join('lobby')).toBe('ACCEPTED');
  expect(await bob.events()).toEqual([event('STATE', ['ann'])]);
  expect(await ann.events()).toEqual([event('JOINED', 'bob')]);
});

test('the answer to a join comes before its state', async () => {
  const { connect } = await startRooms();
  const ann = await connect('ann');
  ann.wire.frames.length = 0;
  ann.wire.send('sendData', { operationId: 'op', payload: { command: 'join', options: { name: 'lobby' } } });
  await ann.wire.next('OnDataEvent');
  expect(ann.wire.frames).toEqual([
    { message: 'DataStatusEvent', data: [{ operationId: 'op', status: 'ACCEPTED' }] },
  ]);
});

test('leave: the others are told once, also when the socket closes afterwards', async () => {
  const { enter } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await ann.events();
  expect(await bob.leave()).toBe('ACCEPTED');
  expect(await bob.leave()).toBe('FAILED: Room is not joined');
  await bob.close();
  const cid = await enter('cid');
  expect(await cid.events()).toEqual([event('STATE', ['ann'])]);
  expect(await ann.events()).toEqual([event('LEFT', 'bob'), event('JOINED', 'cid')]);
});

test('a socket that closes leaves its rooms', async () => {
  const { enter } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await bob.join('other');
  const cid = await enter('cid', 'other');
  for (const client of [ann, cid]) await client.events();
  bob.wire.socket.terminate();
  expect(await ann.nextEvents()).toEqual([event('LEFT', 'bob')]);
  expect(await cid.nextEvents()).toEqual([event('LEFT', 'bob', 'other')]);
});

test('a message goes to one participant, verbatim', async () => {
  const { enter } = await startRooms({ maxMessageLength: 100 });
  const [ann, bob, cid] = [await enter('ann'), await enter('bob'), await enter('cid')];
  for (const client of [ann, bob, cid]) await client.events();
  const text = '{"a":"<b>\\u0000\u2028"} 😀';
  expect(await ann.message('bob', text)).toBe('ACCEPTED');
  expect(await ann.message('bob', '')).toBe('ACCEPTED');
  expect(await bob.events()).toEqual([
    event('MESSAGE', { from: 'ann', text }),
    event('MESSAGE', { from: 'ann', text: '' }),
  ]);
  expect(await cid.events()).toEqual([]);
  expect(await ann.events()).toEqual([]);
});

test('rooms hear nothing of each other', async () => {
  const { enter } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob', 'other')];
  expect(await ann.message('bob', 'hello')).toBe('FAILED: No such participant');
  expect(await ann.message('bob', 'hello', 'other')).toBe('FAILED: Room is not joined');
  expect(await ann.events()).toEqual([event('STATE', [])]);
  expect(await bob.events()).toEqual([event('STATE', [], 'other')]);
});

test('joining again tells the state again, and nothing to the others', async () => {
  const { enter } = await startRooms();
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await ann.events();
  await bob.events();
  expect(await bob.join('lobby')).toBe('ACCEPTED');
  expect(await bob.events()).toEqual([event('STATE', ['ann'])]);
  expect(await ann.events()).toEqual([]);
});

test('a newer session takes the place of an older one with its login', async () => {
  const { enter } = await startRooms({ maxParticipants: 2 });
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await ann.events();
  const back = await enter('bob');
  expect(await back.events()).toEqual([event('STATE', ['ann'])]);
  expect(await ann.events()).toEqual([event('LEFT', 'bob'), event('JOINED', 'bob')]);

  expect(await bob.message('ann', 'hello')).toBe('FAILED: Room is not joined');
  await bob.close();
  expect(await back.message('ann', 'hello')).toBe('ACCEPTED');
  expect(await ann.events()).toEqual([event('MESSAGE', { from: 'bob', text: 'hello' })]);
});

test('alone in a room, too, a newer session takes the place', async () => {
  const { enter } = await startRooms({ maxRooms: 1 });
  const older = await enter('ann');
  const newer = await enter('ann');
  await older.close();
  const bob = await enter('bob');
  expect(await bob.events()).toEqual([event('STATE', ['ann'])]);
  expect(await newer.events()).toEqual([event('STATE', []), event('JOINED', 'bob')]);
});

test('data of other applications is accepted and goes nowhere', async () => {
  const { url, enter } = await startRooms();
  const ann = await enter('ann');
  await ann.events();
  const other = await RoomClient.connect(url, { appKey: 'defaultApp', custom: { login: 'bob' } });
  expect(await other.join('lobby')).toBe('ACCEPTED');
  expect(await other.sendData({ anything: [1] })).toBe('ACCEPTED');
  expect(await other.sendData(undefined)).toBe('ACCEPTED');
  expect(await other.events()).toEqual([]);
  expect(await ann.events()).toEqual([]);
});

test('the acknowledgements of old clients are ignored', async () => {
  const { url, enter } = await startRooms();
  const ann = await enter('ann');
  await ann.events();
  ann.wire.send('DataStatusEvent', { operationId: 'op', status: 'ACCEPTED' });
  expect(await ann.events()).toEqual([]);
  const other = await Client.connect(url);
  other.send('DataStatusEvent', { operationId: 'op', status: 'ACCEPTED' });
  other.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await other.next('availableStream');
  expect(other.frames.map(({ message }) => message)).toEqual(['getUserData']);
});
