import { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { limitConnections, networkOf } from '../../../src/kit/index.js';

class FakeSocket extends EventEmitter {
  destroyed = false;

  constructor(
    readonly remoteAddress: string,
    readonly remotePort: number,
  ) {
    super();
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** A server that limits, and how a connection comes to it. */
function limited(most: number, exempt?: (address: string) => boolean) {
  const server = new EventEmitter();
  const count = limitConnections(server as unknown as Server, most, exempt);
  let port = 0;
  const dial = (address: string) => {
    port += 1;
    const socket = new FakeSocket(address, port);
    server.emit('connection', socket);
    return socket;
  };
  return { count, dial };
}

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('the network of %j is %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('so many connections of a network are taken, others cut off, and nothing is kept of those that have gone', () => {
  const { count, dial } = limited(2);
  const sockets = ['a', 'a', 'a', 'b'].map(dial);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, true, false]);
  expect(count.networks).toBe(2);
  sockets[0]?.destroy();
  expect(dial('a').destroyed).toBe(false);
  count.forget(sockets[1] as unknown as Socket);
  sockets[1]?.destroy();
  expect([dial('a').destroyed, dial('a').destroyed]).toEqual([false, true]);
  sockets[3]?.destroy();
  expect(count.networks).toBe(1);
});

it('who is exempt is not counted', () => {
  const { count, dial } = limited(1, (address) => address === '127.0.0.1');
  expect(['127.0.0.1', '::ffff:127.0.0.1', '127.0.0.1'].map((one) => dial(one).destroyed)).toEqual([
    false,
    false,
    false,
  ]);
  expect(count.networks).toBe(0);
});
