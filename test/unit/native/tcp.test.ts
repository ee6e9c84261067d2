import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BindFault, Poller, Readiness, TcpListener, TcpStream } from '../../../src/native/index.js';
import { put, testArena } from './support/memory.js';

const arena = testArena();
const at = arena.require(4 * 2 ** 20);
const source = arena.require(64);
const used = arena.used;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
  expect(arena.used).toBe(used);
});

function listen(port = 0, address = '127.0.0.1'): TcpListener {
  const listener = new TcpListener(arena, { address, port });
  closers.push(() => listener.close());
  return listener;
}

function readinessOf(): Readiness {
  const readiness = new Readiness(arena);
  closers.push(() => readiness.close());
  return readiness;
}

/** A connection of Node's to a listener, and the listener's end of it. */
async function pair(listener: TcpListener): Promise<[Socket, TcpStream]> {
  const client = connect(listener.local.port, '127.0.0.1');
  closers.push(() => client.destroy());
  client.on('error', () => {});
  await once(client, 'connect');
  const stream = listener.accept(source);
  if (!(stream instanceof TcpStream)) throw new Error('no connection');
  closers.push(() => stream.close());
  return [client, stream];
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5000; !condition(); ) {
    if (Date.now() > deadline) throw new Error('it never came');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('TcpListener', () => {
  it('takes connections without waiting, with the address they come from', async () => {
    const listener = listen();
    expect(listener.accept(source)).toBeNull();
    const [client] = await pair(listener);
    expect(arena.view.getUint16(source + 2)).toBe(client.localPort);
    expect([...arena.u8.subarray(source + 4, source + 8)]).toEqual([127, 0, 0, 1]);
    expect(listener.accept(source)).toBeNull();
  });

  it('says which port cannot be bound, and leaves nothing behind', () => {
    const { port } = listen().local;
    for (const [address, wanted, code] of [
      ['127.0.0.1', port, 'EADDRINUSE'],
      ['192.0.2.1', 0, 'EADDRNOTAVAIL'],
      ['nonsense', 0, 'EINVAL'],
    ] as const) {
      const before = arena.used;
      const attempt = () => new TcpListener(arena, { address, port: wanted });
      expect(attempt).toThrow(BindFault);
      expect(attempt).toThrow(expect.objectContaining({ code, protocol: 'TCP', port: wanted }));
      expect(arena.used).toBe(before);
    }
  });

  it('binds a port again whose last connections linger', async () => {
    const first = new TcpListener(arena, { address: '127.0.0.1', port: 0 });
    const { port } = first.local;
    const [client, stream] = await pair(first);
    stream.close();
    first.close();
    await once(client.resume(), 'close');
    expect(listen(port).local.port).toBe(port);
  });

  it('is closed once', () => {
    const listener = listen();
    listener.close();
    listener.close();
    expect(listener.descriptor).toBe(-1);
  });
});

describe('TcpStream', () => {
  it('reads what is there, writes what fits, and tells the end', async () => {
    const [client, stream] = await pair(listen());
    expect(stream.receive(at, 100)).toBe(0);
    client.write(Buffer.from('0102030405', 'hex'));
    let read = 0;
    await until(() => {
      read = stream.receive(at, 3);
      return read !== 0;
    });
    expect(read).toBe(3);
    expect(stream.receive(at + 3, 100)).toBe(2);
    expect(Buffer.from(arena.u8.subarray(at, at + 5)).toString('hex')).toBe('0102030405');
    expect(stream.send(at, put(arena, at, 'cafe'))).toBe(2);
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString('hex')).toBe('cafe');
    client.end();
    await until(() => stream.receive(at, 10) === -1);
  });

  it('takes no more than the network does, and survives a peer that resets', async () => {
    const [client, stream] = await pair(listen());
    client.pause();
    let taken = 0;
    for (let sent = 1; sent > 0; taken += sent) sent = stream.send(at, 2 ** 20);
    expect(taken).toBeLessThan(64 * 2 ** 20);
    client.resetAndDestroy();
    await until(() => stream.send(at, 10) === -1);
    expect(stream.receive(at, 10)).toBe(-1);
    stream.close();
    stream.close();
    expect([stream.send(at, 1), stream.receive(at, 1)]).toEqual([-1, -1]);
  });
});

describe('Readiness', () => {
  it('tells which descriptor can be read or written, and ends a wait', async () => {
    const readiness = readinessOf();
    const poller = new Poller(arena, [readiness.descriptor]);
    closers.push(() => poller.close());
    const listener = listen();
    const [client, stream] = await pair(listener);
    expect(readiness.add(stream.descriptor, 5, 77)).toBe(true);
    expect(readiness.look()).toBe(0);
    expect(poller.wait(0)).toBe(0);
    client.write('x');
    expect(poller.wait(5000)).toBe(1);
    expect(readiness.look()).toBe(1);
    expect([readiness.key(0), readiness.generation(0)]).toEqual([5, 77]);
    expect([readiness.readable(0), readiness.writable(0)]).toEqual([true, false]);
    stream.receive(at, 10);
    expect(readiness.look()).toBe(0);
    expect(readiness.change(stream.descriptor, 5, 78, true)).toBe(true);
    expect(readiness.look()).toBe(1);
    expect([readiness.readable(0), readiness.writable(0), readiness.generation(0)]).toEqual([
      false,
      true,
      78,
    ]);
    readiness.change(stream.descriptor, 5, 78, false);
    expect(readiness.look()).toBe(0);
    client.end();
    await until(() => readiness.look() === 1 && readiness.readable(0));
    readiness.remove(stream.descriptor);
    expect(readiness.look()).toBe(0);
  });

  it('looks at 64 at a time and leaves none out', async () => {
    const readiness = readinessOf();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const listener = listen();
    for (let key = 0; key < 70; key++) {
      const [client, stream] = await pair(listener);
      client.write('x');
      readiness.add(stream.descriptor, key, 0);
    }
    server.close();
    const seen = new Set<number>();
    await until(() => {
      const count = readiness.look();
      expect(count).toBeLessThanOrEqual(64);
      for (let index = 0; index < count; index++) seen.add(readiness.key(index));
      return seen.size === 70;
    });
  });

  it('refuses descriptors that are none, and is closed once', () => {
    const readiness = readinessOf();
    expect(readiness.add(-1, 0, 0)).toBe(false);
    readiness.close();
    readiness.close();
    expect(readiness.descriptor).toBe(-1);
    expect(readiness.look()).toBe(0);
  });
});
