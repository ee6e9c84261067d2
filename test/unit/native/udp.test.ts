import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Inbox,
  type NativeFault,
  Outbox,
  Poller,
  readSocketAddress,
  UdpSocket,
  writeSocketAddress,
} from '../../../src/native/index.js';
import { put, testArena } from './support/memory.js';

const arena = testArena();
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.family === 'IPv6');
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

function open(address = '127.0.0.1', port = 0): UdpSocket {
  const socket = new UdpSocket(arena, { address, port });
  closers.push(() => socket.close());
  return socket;
}

function inboxOf(): Inbox {
  const inbox = new Inbox(arena);
  closers.push(() => inbox.close());
  return inbox;
}

function addressOf(socket: UdpSocket, address: string, port: number): number {
  const offset = arena.require(32);
  closers.push(() => arena.release(offset));
  expect(writeSocketAddress(arena, offset, socket.family, address, port)).toBe(true);
  return offset;
}

function faultOf(run: () => void): NativeFault {
  try {
    run();
  } catch (fault) {
    return fault as NativeFault;
  }
  throw new Error('nothing was thrown');
}

describe('UdpSocket', () => {
  it('tells where it is bound and what buffers it was granted', () => {
    const socket = open();
    expect(socket.local.address).toBe('127.0.0.1');
    expect(socket.local.port).toBeGreaterThan(0);
    expect(socket.receiveBuffer).toBeGreaterThan(10_000);
    expect(socket.sendBuffer).toBeGreaterThan(10_000);
  });

  it('names the reason when it cannot bind', () => {
    const { port } = open().local;
    expect(faultOf(() => open('127.0.0.1', port))).toMatchObject({ code: 'EADDRINUSE' });
    expect(faultOf(() => open('127.0.0.1', port)).message).toBe(
      `Cannot bind UDP 127.0.0.1:${port}: EADDRINUSE`,
    );
    expect(faultOf(() => open('192.0.2.1')).code).toBe('EADDRNOTAVAIL');
    expect(faultOf(() => open('localhost')).code).toBe('EINVAL');
    expect(faultOf(() => open('127.0.0.1', 70_000)).code).toBe('EINVAL');
  });

  it('leaves no descriptor and no memory behind when it cannot bind', () => {
    const used = arena.used;
    const first = open();
    const { descriptor } = first;
    const { port } = first.local;
    for (let round = 0; round < 5; round++) faultOf(() => open('127.0.0.1', port));
    expect(open().descriptor).toBe(descriptor + 1);
    expect(arena.used).toBe(used);
  });

  it('is closed once, and then has no descriptor', () => {
    const socket = open();
    socket.close();
    socket.close();
    expect(socket.descriptor).toBe(-1);
    expect(inboxOf().receive(socket)).toBe(0);
  });
});

describe('a flood', () => {
  it('is dropped by the kernel past the buffer, and counted at once', async () => {
    const socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0, receiveBuffer: 4096 });
    closers.push(() => socket.close());
    const outbox = new Outbox(arena, open());
    closers.push(() => outbox.close());
    const inbox = inboxOf();
    const address = addressOf(socket, '127.0.0.1', socket.local.port);
    const flood = (count: number) => {
      for (let index = 0; index < count; index++) {
        outbox.begin(1000);
        outbox.commit(address, 1000);
      }
      outbox.flush();
    };
    const readAll = () => {
      let got = 0;
      for (let batch = inbox.receive(socket); batch > 0; batch = inbox.receive(socket)) got += batch;
      return got;
    };
    expect(socket.countDrops()).toBe(0);
    flood(1);
    expect(readAll()).toBe(1);
    expect(socket.countDrops()).toBe(0);
    const used = arena.used;
    let [sent, got] = [0, 0];
    for (const count of [200, 300]) {
      const before = socket.countDrops();
      flood(count);
      sent += count;
      await expect
        .poll(() => {
          got += readAll();
          return got + socket.countDrops();
        })
        .toBe(sent);
      expect(socket.countDrops()).toBeGreaterThan(before);
    }
    expect(arena.used).toBe(used);
  });

  it('stays counted when the socket is closed', () => {
    const socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0, receiveBuffer: 4096 });
    const outbox = new Outbox(arena, open());
    closers.push(() => outbox.close());
    const address = addressOf(socket, '127.0.0.1', socket.local.port);
    for (let index = 0; index < 100; index++) outbox.commit(address, outbox.begin(500) > 0 ? 500 : 0);
    outbox.flush();
    const drops = socket.countDrops();
    expect(drops).toBeGreaterThan(0);
    socket.close();
    expect(socket.countDrops()).toBe(drops);
  });
});

describe('Inbox', () => {
  it('reads datagrams with their source, 64 at a time', async () => {
    const socket = open();
    const inbox = inboxOf();
    expect(inbox.receive(socket)).toBe(0);
    const peer = createSocket('udp4');
    closers.push(() => peer.close());
    await bindTo(peer, '127.0.0.1');
    for (let index = 0; index < 100; index++)
      await sendFrom(peer, socket.local.port, Buffer.from(`datagram ${index}`));
    expect(inbox.receive(socket)).toBe(64);
    const offset = inbox.offset(63);
    expect(Buffer.from(arena.u8.subarray(offset, offset + inbox.length(63))).toString()).toBe('datagram 63');
    expect(readSocketAddress(arena, inbox.source(63))).toEqual({
      address: '127.0.0.1',
      port: peer.address().port,
    });
    expect(inbox.receive(socket)).toBe(36);
    expect(inbox.receive(socket)).toBe(0);
  });

  it('gives a datagram that is too long for a slot no length', async () => {
    const socket = open();
    const inbox = inboxOf();
    const peer = createSocket('udp4');
    closers.push(() => peer.close());
    await sendFrom(peer, socket.local.port, Buffer.alloc(2049));
    await sendFrom(peer, socket.local.port, Buffer.alloc(2048));
    expect(inbox.receive(socket)).toBe(2);
    expect(inbox.length(0)).toBe(0);
    expect(inbox.length(1)).toBe(2048);
  });

  it.skipIf(!hasIpv6)('serves IPv4 on a dual-stack socket, its addresses in dotted form', async () => {
    const socket = open('::');
    const inbox = inboxOf();
    const peer = createSocket('udp4');
    closers.push(() => peer.close());
    await bindTo(peer, '127.0.0.1');
    await sendFrom(peer, socket.local.port, Buffer.from('over IPv4'));
    expect(inbox.receive(socket)).toBe(1);
    expect(readSocketAddress(arena, inbox.source(0))).toEqual({
      address: '127.0.0.1',
      port: peer.address().port,
    });
    const outbox = new Outbox(arena, socket);
    closers.push(() => outbox.close());
    outbox.commit(inbox.source(0), put(arena, outbox.begin(6), Buffer.from('answer')));
    const [message] = await Promise.all([once(peer, 'message'), Promise.resolve(outbox.flush())]);
    expect(String(message[0])).toBe('answer');
  });
});

describe('socket addresses', () => {
  it('survive being written and read', () => {
    const offset = arena.require(32);
    closers.push(() => arena.release(offset));
    for (const [family, address, read] of [
      ['IPv4', '203.0.113.7', '203.0.113.7'],
      ['IPv6', '203.0.113.7', '203.0.113.7'],
      ['IPv6', '2001:db8::1', '2001:db8::1'],
      ['IPv6', '::', '::'],
    ] as const) {
      expect(writeSocketAddress(arena, offset, family, address, 31_000)).toBe(true);
      expect(readSocketAddress(arena, offset)).toEqual({ address: read, port: 31_000 });
    }
    for (const [family, address] of [
      ['IPv4', '::1'],
      ['IPv4', '1.2.3'],
      ['IPv6', 'fe80::1%eth0'],
      ['IPv6', 'example.org'],
    ] as const) {
      expect(writeSocketAddress(arena, offset, family, address, 1)).toBe(false);
    }
    expect(writeSocketAddress(arena, offset, 'IPv4', '1.2.3.4', -1)).toBe(false);
    arena.view.setUint16(offset, 1, true);
    expect(readSocketAddress(arena, offset)).toBeNull();
  });
});

describe('Poller', () => {
  it('returns at once when something is there, and tells which', async () => {
    const [quiet, busy] = [open(), open()];
    const poller = new Poller(arena, [quiet.descriptor, busy.descriptor]);
    closers.push(() => poller.close());
    const started = performance.now();
    expect(poller.wait(20)).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(15);
    const peer = createSocket('udp4');
    closers.push(() => peer.close());
    await sendFrom(peer, busy.local.port, Buffer.from('x'));
    expect(poller.wait(1000)).toBe(1);
    expect([poller.ready(0), poller.ready(1), poller.ready(2)]).toEqual([false, true, false]);
    expect(() => new Poller(arena, Array(65).fill(0))).toThrow(RangeError);
  });
});

async function bindTo(socket: Socket, address: string): Promise<void> {
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
}

async function sendFrom(socket: Socket, port: number, data: Buffer): Promise<void> {
  await new Promise((resolve) => socket.send(data, port, '127.0.0.1', resolve));
}
