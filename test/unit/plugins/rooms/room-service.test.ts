import { expect, test } from 'vitest';
import { RoomService } from '../../../../src/plugins/rooms/room-service.js';
import { Session } from '../../../../src/streams/index.js';
import { roomSettings } from './support.js';

function makeClient(login: string) {
  const identity = { appKey: 'roomApp', custom: { login }, remoteAddress: '127.0.0.1' };
  return { session: new Session(`session of ${login}`, 'token', identity), send: () => {} };
}

test('nothing is kept of those who have gone', () => {
  const service = new RoomService(roomSettings, () => 0);
  const clients = ['ann', 'bob', 'ann', 'banned'].map(makeClient);
  for (const client of clients) {
    for (const name of ['one', 'two']) {
      const verdict = service.judge({ command: 'join', options: { name } }, client);
      if (typeof verdict !== 'string') verdict();
    }
  }
  expect([service.roomCount, service.memberCount]).toEqual([2, 4]);
  for (const client of clients) service.end(client);
  expect([service.roomCount, service.memberCount]).toEqual([0, 0]);
  for (const client of clients) service.end(client);
  expect([service.roomCount, service.memberCount]).toEqual([0, 0]);
});

test('a command that is only judged changes nothing', () => {
  const service = new RoomService(roomSettings, () => 0);
  const client = makeClient('ann');
  expect(service.judge({ command: 'join', options: { name: 'one' } }, client)).toBeTypeOf('function');
  expect(service.roomCount).toBe(0);
  expect(service.judge({ command: 'leave', options: { name: 'one' } }, client)).toBe('Room is not joined');
});
