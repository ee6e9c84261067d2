import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { createLogger } from '../../../src/kit/index.js';
import { ClientConnection } from '../../../src/signaling/client-connection.js';
import type { Dispatcher } from '../../../src/signaling/dispatcher.js';
import type { StreamService } from '../../../src/streams/index.js';

const mib = 2 ** 20;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A socket whose peer reads nothing. */
class FullSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  terminated = 0;

  send(message: string): void {
    this.bufferedAmount += message.length;
  }

  terminate(): void {
    this.terminated += 1;
    this.readyState = 3;
    this.emit('close', 1006);
  }
}

it('cuts off a client that does not read, when 4 MiB wait for it', () => {
  const socket = new FullSocket();
  let ended = 0;
  const connection = new ClientConnection(
    socket as unknown as WebSocket,
    '192.0.2.1',
    {} as StreamService,
    {} as Dispatcher,
    {
      pingInterval: 5000,
      pingProbes: 10,
      connectionTimeout: 10_000,
      maxMessageRate: 100,
      maxMediaSockets: 1,
      refusedCloseCode: 1008,
      version: '0',
    },
    createLogger({ level: 'error' }),
    {
      onConnection: () => {
        throw new Error('nobody connects');
      },
      onAbandoned() {},
      onEstablished() {},
      onMediaTransport() {},
      onEnd: () => {
        ended += 1;
      },
    },
  );
  for (let count = 0; count < 4 * 16; count += 1) connection.send('x'.repeat(mib / 16));
  expect([socket.terminated, ended, socket.bufferedAmount]).toEqual([0, 0, 4 * mib]);
  connection.send('x');
  expect(socket.terminated).toBe(0);
  for (let count = 0; count < 1000; count += 1) connection.send('x');
  expect([socket.terminated, ended, socket.bufferedAmount]).toEqual([1, 1, 4 * mib + 1]);
  expect(vi.getTimerCount()).toBe(0);
});
