import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AesCtr,
  AesGcm,
  Arena,
  Dtls,
  DtlsContext,
  HmacSha1,
  INBOX_BATCH,
  Inbox,
  Outbox,
  Poller,
  Readiness,
  readSocketAddress,
  TcpListener,
  TcpStream,
  UdpSocket,
  writeSocketAddress,
} from '../../../src/native/index.js';
import { serverCertificate } from './support/certificates.js';

const SIZE = 2 ** 20;
const arena = new Arena(SIZE);
const key = arena.require(64);
const block = arena.require(4096);
const closers: (() => void)[] = [];

afterAll(() => {
  for (const close of closers.reverse()) close();
});

/** No offset, length or index that is any good; one by one behind what is. */
const NUMBERS = [
  -1,
  -16,
  -0.5,
  0.5,
  100.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -(2 ** 31),
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 5,
  2 ** 32,
  2 ** 32 + 4096,
  2 ** 53,
  -(2 ** 53),
  SIZE + 1,
  undefined as never,
  '4096' as never,
];

/** A call, with arguments that are good, and for which of them a hostile number is refused by a RangeError. */
interface Call {
  readonly name: string;
  readonly good: readonly number[];
  readonly call: (...values: number[]) => unknown;
}

const of = (name: string, good: readonly number[], call: (...values: number[]) => unknown): Call => ({
  name,
  good,
  call,
});

const ctr = new AesCtr(arena, key);
const sealing = new AesGcm(arena, key, 'seal');
const opening = new AesGcm(arena, key, 'open');
const hmac = new HmacSha1(arena, key, 20);
const socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0 });
const outbox = new Outbox(arena, socket, { size: 65_536 });
const inbox = new Inbox(arena);
const readiness = new Readiness(arena);
const listener = new TcpListener(arena, { address: '127.0.0.1', port: 0 });
const stream = new TcpStream(arena, -1);
const context = new DtlsContext(arena, serverCertificate);
const dtls = new Dtls(context, 'server');
closers.push(
  ...[ctr, sealing, opening, hmac, socket, outbox, inbox, readiness, listener, stream, context, dtls].map(
    (each) => () => each.close(),
  ),
);

const CALLS: readonly Call[] = [
  of('Arena.check', [0, 16], (offset, length) => arena.check(offset!, length!)),
  of('AesCtr', [key], (at) => new AesCtr(arena, at!).close()),
  of('AesCtr.crypt', [block, block + 64, block + 64, 100], (iv, from, to, length) =>
    ctr.crypt(iv!, from!, to!, length!),
  ),
  of('AesGcm', [key], (at) => new AesGcm(arena, at!, 'seal').close()),
  of(
    'AesGcm.seal',
    [block, block + 64, 12, block + 128, block + 128, 100],
    (iv, aad, size, from, to, length) => sealing.seal(iv!, aad!, size!, from!, to!, length!),
  ),
  of('AesGcm.open', [block, block + 64, 12, block + 128, 100], (iv, aad, size, at, length) =>
    opening.open(iv!, aad!, size!, at!, length!),
  ),
  of('HmacSha1', [key, 20], (at, length) => new HmacSha1(arena, at!, length!).close()),
  of('HmacSha1.sign', [block, 100, block + 200], (from, length, to) => hmac.sign(from!, length!, to!)),
  of('TcpStream.receive', [block, 100], (at, length) => stream.receive(at!, length!)),
  of('TcpStream.send', [block, 100], (at, length) => stream.send(at!, length!)),
  of('TcpListener.accept', [block], (at) => listener.accept(at!)),
  of('Dtls.receive', [block, 100], (at, length) => dtls.receive(at!, length!)),
  of('Dtls.pull', [block], (at) => dtls.pull(at!)),
  of('writeSocketAddress', [block], (at) => writeSocketAddress(arena, at!, 'IPv4', '127.0.0.1', 9)),
  of('readSocketAddress', [block], (at) => readSocketAddress(arena, at!)),
  of('Inbox.offset', [0], (index) => inbox.offset(index!)),
  of('Inbox.length', [0], (index) => inbox.length(index!)),
  of('Inbox.source', [0], (index) => inbox.source(index!)),
  of('Readiness.key', [0], (index) => readiness.key(index!)),
  of('Readiness.generation', [0], (index) => readiness.generation(index!)),
  of('Readiness.readable', [0], (index) => readiness.readable(index!)),
  of('Readiness.writable', [0], (index) => readiness.writable(index!)),
  of('Outbox.commit', [block, 100], (address, length) => {
    outbox.begin(200);
    outbox.commit(address!, length!);
    outbox.flush();
  }),
];

describe.each(CALLS)('$name', ({ good, call }) => {
  it('does with good arguments', () => {
    arena.u8.fill(0, block, block + 4096);
    writeSocketAddress(arena, block, 'IPv4', '127.0.0.1', socket.local.port);
    expect(() => call(...good)).not.toThrow();
  });

  it('refuses every other number in each place, and touches nothing', () => {
    const before = Buffer.from(arena.u8);
    for (let place = 0; place < good.length; place++) {
      for (const number of NUMBERS) {
        const values = good.map((value, index) => (index === place ? number : value));
        expect(() => call(...values), `${number} in place ${place}`).toThrow(RangeError);
      }
    }
    expect(Buffer.compare(before, arena.u8)).toBe(0);
  });
});

describe('at the arena’s end', () => {
  /** By how much a range is longer than what is left. */
  it.each([1, 2, 15, 16, 19])('%i bytes too much are refused', (over) => {
    const end = SIZE + over;
    expect(() => ctr.crypt(block, block, end - 100, 100)).toThrow(RangeError);
    expect(() => ctr.crypt(end - 16, block, block, 100)).toThrow(RangeError);
    expect(() => sealing.seal(block, block, 12, block, end - 116, 100)).toThrow(RangeError);
    expect(() => opening.open(block, block, 12, end - 116, 100)).toThrow(RangeError);
    expect(() => hmac.sign(block, 100, end - 20)).toThrow(RangeError);
    expect(() => hmac.sign(end - 100, 100, block)).toThrow(RangeError);
    expect(() => dtls.pull(end - 1200)).toThrow(RangeError);
    expect(() => writeSocketAddress(arena, end - 32, 'IPv4', '127.0.0.1', 9)).toThrow(RangeError);
    expect(() => readSocketAddress(arena, end - 28)).toThrow(RangeError);
  });

  it('a length below zero does not make room for the tag', () => {
    for (let length = -20; length < 0; length++) {
      expect(() => opening.open(block, block, 12, block + 64, length)).toThrow(RangeError);
      expect(() => sealing.seal(block, block, 12, block + 64, block + 64, length)).toThrow(RangeError);
    }
  });
});

describe('an inbox, and a batch of events,', () => {
  it.each([INBOX_BATCH, INBOX_BATCH - 0.5])('has nothing at %d', (index) => {
    for (const read of ['offset', 'length', 'source'] as const) {
      expect(() => inbox[read](index)).toThrow(RangeError);
    }
    for (const read of ['key', 'generation', 'readable', 'writable'] as const) {
      expect(() => readiness[read](index)).toThrow(RangeError);
    }
  });
});

describe('an outbox', () => {
  it.each(NUMBERS)('has no room for %s bytes', (size) => {
    expect(outbox.begin(size)).toBe(-1);
    expect(() => outbox.commit(block, 1)).toThrow(RangeError);
  });
});

describe('a poller', () => {
  const poller = new Poller(arena, [-1]);
  beforeAll(() => closers.push(() => poller.close()));

  it.each([
    Number.NaN,
    -1,
    Number.NEGATIVE_INFINITY,
    undefined as never,
  ])('does not wait for %s ms', (timeout) => {
    expect(poller.wait(timeout)).toBe(0);
  });

  it.each(NUMBERS)('has nothing ready at %s', (index) => {
    expect(poller.ready(index)).toBe(false);
  });
});

it.each([-1, 0.5, 80.5, 65_536, Number.NaN, undefined as never])('no socket address has port %s', (port) => {
  expect(writeSocketAddress(arena, block, 'IPv4', '127.0.0.1', port)).toBe(false);
});

it.each([
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 31,
  2 ** 53,
  undefined as never,
])('there is no arena of %s bytes', (size) => {
  if (size === undefined) expect(new Arena(size).size).toBe(2 ** 30);
  else expect(() => new Arena(size)).toThrow(RangeError);
});

describe('what is closed', () => {
  it('leaves alone what is others’ by then, and may be closed again', () => {
    const own = new Arena(SIZE);
    const udp = new UdpSocket(own, { address: '127.0.0.1', port: 0 });
    const address = own.require(32);
    writeSocketAddress(own, address, 'IPv4', '127.0.0.1', udp.local.port);
    const out = new Outbox(own, udp, { size: 65_536 });
    const box = new Inbox(own);
    const poll = new Poller(own, [udp.descriptor]);
    const ready = new Readiness(own);
    const listening = new TcpListener(own, { address: '127.0.0.1', port: 0 });
    out.begin(100);
    out.commit(address, 100);
    out.flush();
    for (const each of [out, box, poll, ready, listening]) each.close();
    const others = Array.from({ length: 12 }, (_, index) => own.allocate(2 ** (6 + index)));
    expect(others.every((offset) => offset > 0)).toBe(true);
    own.u8.fill(0xa5, 4096);
    expect(out.begin(10)).toBe(-1);
    expect(() => out.commit(address, 10)).toThrow(RangeError);
    out.flush();
    expect(box.receive(udp)).toBe(0);
    expect(poll.wait(0)).toBe(0);
    expect(poll.ready(0)).toBe(false);
    expect(ready.add(udp.descriptor, 1, 2)).toBe(false);
    expect(ready.change(udp.descriptor, 1, 2, true)).toBe(false);
    ready.remove(udp.descriptor);
    expect(ready.look()).toBe(0);
    expect(listening.accept(address)).toBeNull();
    const used = own.used;
    for (const each of [out, box, poll, ready, listening]) each.close();
    expect(own.used).toBe(used);
    expect(own.u8.subarray(4096).every((byte) => byte === 0xa5)).toBe(true);
    udp.close();
  });

  it.each(['crypt', 'seal', 'open', 'sign'])('%s says that its key is', (name) => {
    const [closedCtr, closedGcm, closedHmac] = [
      new AesCtr(arena, key),
      new AesGcm(arena, key, 'open'),
      new HmacSha1(arena, key, 20),
    ];
    for (const each of [closedCtr, closedGcm, closedHmac]) each.close();
    const calls: Record<string, () => unknown> = {
      crypt: () => closedCtr.crypt(block, block, block, 16),
      seal: () => closedGcm.seal(block, block, 12, block, block, 16),
      open: () => closedGcm.open(block, block, 12, block, 16),
      sign: () => closedHmac.sign(block, 16, block),
    };
    expect(calls[name]).toThrow(RangeError);
  });

  it('of DTLS does nothing', () => {
    const closed = new Dtls(context, 'server');
    closed.close();
    closed.start();
    closed.handleTimeout();
    closed.shutdown();
    closed.settle();
    expect([
      closed.receive(block, 0),
      closed.pull(block),
      closed.timeout(),
      closed.exportKeys(block),
    ]).toEqual([false, 0, Number.POSITIVE_INFINITY, 0]);
    expect([closed.profile, closed.peerFingerprint('sha-256'), closed.state]).toEqual([null, null, 'closed']);
  });
});
