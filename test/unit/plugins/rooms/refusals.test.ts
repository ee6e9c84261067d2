import { describe, expect, test } from 'vitest';
import { event, RoomClient, startRooms } from './support.js';

const join = (name: unknown) => ({ command: 'join', options: { name } });
const message = (fields: object) => ({
  command: 'sendMessage',
  options: { roomConfig: { name: 'lobby' }, to: 'ann', text: 'hello', ...fields },
});

describe('commands that are none', () => {
  test.each([
    ['nothing', undefined, 'Payload is not a command'],
    ['null', null, 'Payload is not a command'],
    ['a text', 'join', 'Payload is not a command'],
    ['a list', [join('lobby')], 'Payload is not a command'],
    ['an object without a command', {}, 'Payload is not a command'],
    ['a command of a wrong type', { command: ['join'], options: { name: 'x' } }, 'Payload is not a command'],
    ['an unknown command', { command: 'destroy', options: { name: 'x' } }, 'Unknown command'],
    ['a command of every object', { command: 'toString', options: { name: 'x' } }, 'Unknown command'],
    ['join without options', { command: 'join' }, 'Room name is missing'],
    ['join with a text for options', { command: 'join', options: 'lobby' }, 'Room name is missing'],
    ['join without a name', { command: 'join', options: {} }, 'Room name is missing'],
    ['join of an empty name', join(''), 'Room name is missing'],
    ['join of a list', join(['lobby']), 'Room name is missing'],
    ['join of an object', join({ name: 'lobby' }), 'Room name is missing'],
    ['join of null', join(null), 'Room name is missing'],
    ['join of too long a name', join('n'.repeat(21)), 'Room name is too long'],
    ['leave without options', { command: 'leave' }, 'Room name is missing'],
    ['leave of an unknown room', { command: 'leave', options: { name: 'x' } }, 'Room is not joined'],
    ['leave of a prototype', { command: 'leave', options: { name: '__proto__' } }, 'Room is not joined'],
    ['sendMessage without options', { command: 'sendMessage' }, 'Text is missing'],
    ['sendMessage without a room', message({ roomConfig: undefined }), 'Room name is missing'],
    ['sendMessage with a text for a room', message({ roomConfig: 'lobby' }), 'Room name is missing'],
    ['sendMessage without a text', message({ text: undefined }), 'Text is missing'],
    ['sendMessage of an object', message({ text: {} }), 'Text is missing'],
    ['sendMessage of too long a text', message({ text: 'x'.repeat(11) }), 'Text is too long'],
    ['sendMessage to nobody', message({ to: undefined }), 'No such participant'],
    ['sendMessage to a stranger', message({ to: 'zoe' }), 'No such participant'],
    ['sendMessage to a prototype', message({ to: '__proto__' }), 'No such participant'],
    ['sendMessage to a list', message({ to: ['ann'] }), 'No such participant'],
  ])('%s', async (_what, payload, reason) => {
    const { enter } = await startRooms();
    const [ann, bob] = [await enter('ann'), await enter('bob')];
    await ann.events();
    expect(await bob.sendData(payload)).toBe(`FAILED: ${reason}`);
    expect(await ann.events()).toEqual([]);
    expect(await bob.message('ann', 'on we go')).toBe('ACCEPTED');
  });

  test('a name and a text as long as allowed are fine, and so are a number and __proto__ for a room', async () => {
    const { connect } = await startRooms();
    const ann = await connect('l'.repeat(20));
    expect(await ann.join('n'.repeat(20))).toBe('ACCEPTED');
    expect(await ann.message('l'.repeat(20), 'x'.repeat(10), 'n'.repeat(20))).toBe('ACCEPTED');
    expect(await ann.leave('n'.repeat(20))).toBe('ACCEPTED');
    expect(await ann.join(7)).toBe('ACCEPTED');
    expect(await ann.join('__proto__')).toBe('ACCEPTED');
    expect((await ann.events()).slice(-2)).toEqual([
      event('STATE', [], '7'),
      event('STATE', [], '__proto__'),
    ]);
  });
});

describe('logins', () => {
  test.each([
    ['none', undefined, 'Login is missing'],
    ['an empty one', '', 'Login is missing'],
    ['an object', { name: 'ann' }, 'Login is missing'],
    ['one that is too long', 'l'.repeat(21), 'Login is too long'],
    ['one that is banned', 'banned', 'Login is not allowed'],
    ['__proto__', '__proto__', 'Login is not allowed'],
    ['hasOwnProperty', 'hasOwnProperty', 'Login is not allowed'],
  ])('%s', async (_what, login, reason) => {
    const { connect, enter } = await startRooms();
    const ann = await enter('ann');
    await ann.events();
    expect(await (await connect(login)).join('lobby')).toBe(`FAILED: ${reason}`);
    expect(await ann.events()).toEqual([]);
  });

  test('a client without custom data has none', async () => {
    const { url } = await startRooms();
    const client = await RoomClient.connect(url, { appKey: 'roomApp' });
    expect(await client.join('lobby')).toBe('FAILED: Login is missing');
  });

  test('who is muted joins and hears, but sends nothing', async () => {
    const { enter } = await startRooms();
    const [ann, muted] = [await enter('ann'), await enter('muted')];
    await ann.events();
    expect(await muted.message('ann', 'hello')).toBe('FAILED: Login may not send messages');
    expect(await ann.events()).toEqual([]);
    await ann.message('muted', 'hello');
    expect((await muted.events()).at(-1)).toEqual(event('MESSAGE', { from: 'ann', text: 'hello' }));
  });
});

describe('limits', () => {
  test('participants of a room', async () => {
    const { connect, enter } = await startRooms();
    await Promise.all([enter('ann'), enter('bob'), enter('cid')]);
    expect(await (await connect('dan')).join('lobby')).toBe('FAILED: Room is full');
  });

  test('rooms of a client', async () => {
    const { connect } = await startRooms();
    const ann = await connect('ann');
    for (const room of ['one', 'two']) await ann.join(room);
    expect(await ann.join('three')).toBe('FAILED: Too many rooms joined');
    expect(await ann.join('two')).toBe('ACCEPTED');
    await ann.leave('one');
    expect(await ann.join('three')).toBe('ACCEPTED');
  });

  test('rooms of the server: one that is left, or whose client has gone, makes place', async () => {
    const { connect, enter } = await startRooms();
    const [ann, bob, cid] = [
      await enter('ann', 'one'),
      await enter('bob', 'two'),
      await enter('cid', 'three'),
    ];
    const dan = await connect('dan');
    expect(await dan.join('four')).toBe('FAILED: Too many rooms');
    expect(await dan.join('one')).toBe('ACCEPTED');
    await dan.leave('one');
    await bob.leave('two');
    expect(await dan.join('four')).toBe('ACCEPTED');
    expect(await dan.join('five')).toBe('FAILED: Too many rooms');
    await cid.join('one');
    await ann.events();
    cid.wire.socket.terminate();
    expect((await ann.nextEvents()).at(-1)).toEqual(event('LEFT', 'cid', 'one'));
    expect(await dan.join('five')).toBe('ACCEPTED');
  });

  test('commands a second', async () => {
    const { enter, time } = await startRooms({ maxCommandsPerSecond: 3 });
    const [ann, bob] = [await enter('ann'), await enter('bob')];
    for (const _ of [1, 2]) expect(await ann.message('bob', 'hello')).toBe('ACCEPTED');
    expect(await ann.message('bob', 'hello')).toBe('FAILED: Too many commands');
    expect(await bob.message('ann', 'hello')).toBe('ACCEPTED');
    time.now = 999;
    expect(await ann.leave()).toBe('FAILED: Too many commands');
    time.now = 1000;
    expect(await ann.leave()).toBe('ACCEPTED');
  });
});
