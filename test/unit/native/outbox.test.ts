import koffi from 'koffi';
import { afterEach, describe, expect, it } from 'vitest';
import { baseOf } from '../../../src/native/arena.js';
import {
  Inbox,
  Outbox,
  type OutboxOptions,
  Poller,
  UdpSocket,
  writeSocketAddress,
} from '../../../src/native/index.js';
import { libc } from '../../../src/native/libc.js';
import { EAGAIN, ENOBUFS, SOL_SOCKET } from '../../../src/native/linux.js';
import { testArena } from './support/memory.js';

const arena = testArena();
const closers: (() => void)[] = [];
const SO_NO_CHECK = 11;

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

interface Bench {
  readonly outbox: Outbox;
  /** Sends `size` bytes of `fill` to receiver `to`. */
  send(to: number, size: number, fill: number): void;
  /** Lengths and first bytes of what receiver `from` got. */
  got(from: number): [number, number][];
  readonly addresses: number[];
  /** The kernel cuts nothing up for a socket that sends without checksums. */
  refuseSegments(refuse: boolean): void;
}

function bench(options: OutboxOptions = {}, receivers = 2): Bench {
  const used = arena.used;
  const sender = new UdpSocket(arena, { address: '127.0.0.1', port: 0 });
  const outbox = new Outbox(arena, sender, options);
  const sockets = Array.from(
    { length: receivers },
    () => new UdpSocket(arena, { address: '127.0.0.1', port: 0 }),
  );
  const inbox = new Inbox(arena);
  const addresses = sockets.map((socket) => {
    const offset = arena.require(32);
    writeSocketAddress(arena, offset, 'IPv4', '127.0.0.1', socket.local.port);
    return offset;
  });
  closers.push(() => {
    outbox.close();
    inbox.close();
    for (const socket of [sender, ...sockets]) socket.close();
    for (const address of addresses) arena.release(address);
    expect(arena.used).toBe(used);
  });
  return {
    outbox,
    addresses,
    refuseSegments(refuse) {
      const scratch = arena.require(4);
      arena.view.setInt32(scratch, refuse ? 1 : 0, true);
      const address = baseOf(arena) + scratch;
      expect(libc().setsockopt(sender.descriptor, SOL_SOCKET, SO_NO_CHECK, address, 4)).toBe(0);
      arena.release(scratch);
    },
    send(to, size, fill) {
      const offset = outbox.begin(size);
      arena.u8.fill(fill, offset, offset + size);
      outbox.commit(addresses[to] as number, size);
    },
    got(from) {
      const socket = sockets[from] as UdpSocket;
      const poller = new Poller(arena, [socket.descriptor]);
      const all: [number, number][] = [];
      while (poller.wait(10) > 0) {
        const count = inbox.receive(socket);
        for (let index = 0; index < count; index++) {
          all.push([inbox.length(index), arena.u8[inbox.offset(index)] as number]);
        }
      }
      poller.close();
      return all;
    },
  };
}

function failing(errno: number): () => number {
  return () => {
    koffi.errno(errno);
    return -1;
  };
}

/** Runs `run` while the C library's `sendmmsg` is `fake`. */
function withSendmmsg(fake: ((...args: number[]) => number) | undefined, run: () => void): void {
  const functions = libc() as { sendmmsg?: unknown };
  const real = functions.sendmmsg;
  functions.sendmmsg = fake;
  try {
    run();
  } finally {
    functions.sendmmsg = real;
  }
}

describe('Outbox', () => {
  it('groups equal lengths to one address, and the receiver sees single datagrams in order', () => {
    const { outbox, send, got } = bench();
    for (let index = 0; index < 5; index++) send(0, 1000, index);
    send(0, 400, 5);
    send(0, 400, 6);
    send(1, 300, 7);
    send(0, 1000, 8);
    outbox.flush();
    expect(got(0)).toEqual([
      [1000, 0],
      [1000, 1],
      [1000, 2],
      [1000, 3],
      [1000, 4],
      [400, 5],
      [400, 6],
      [1000, 8],
    ]);
    expect(got(1)).toEqual([[300, 7]]);
    expect(outbox.stats).toEqual({ datagrams: 9, bytes: 7100, calls: 1, congested: 0, refused: 0 });
  });

  it('starts another message for a longer datagram, after 64, and before 65,000 bytes', () => {
    const { outbox, send, got } = bench();
    for (let index = 0; index < 130; index++) send(0, 100, index);
    send(0, 101, 130);
    for (let index = 0; index < 60; index++) send(1, 1200, index);
    outbox.flush();
    expect(got(0).map(([, fill]) => fill)).toEqual(Array.from({ length: 131 }, (_, index) => index));
    expect(got(1)).toHaveLength(60);
  });

  it('keeps what is written between begin and commit where begin said', () => {
    const { outbox, addresses, got } = bench();
    const first = outbox.begin(1000);
    expect(outbox.begin(500)).toBe(first);
    arena.u8.fill(1, first, first + 500);
    outbox.commit(addresses[0] as number, 200);
    expect(outbox.begin(1)).toBe(first + 200);
    outbox.flush();
    expect(got(0)).toEqual([[200, 1]]);
  });

  it('says when it is full, by bytes and by messages, and has room again after a flush', () => {
    const { outbox, send, addresses } = bench({ size: 65_536 });
    expect(outbox.begin(65_537)).toBe(-1);
    for (let index = 0; index < 6; index++) send(index % 2, 10_000, 0);
    expect(outbox.begin(10_000)).toBe(-1);
    expect(() => outbox.commit(addresses[0] as number, 1)).toThrow(RangeError);
    outbox.flush();
    expect(outbox.begin(10_000)).toBeGreaterThan(0);
    for (let index = 0; index < 1024; index++) send(index % 2, 1, 0);
    expect(outbox.begin(1)).toBe(-1);
    outbox.flush();
    expect(outbox.stats).toMatchObject({ datagrams: 1030, refused: 0 });
  });

  it('refuses lengths and addresses that would reach outside', () => {
    const { outbox, addresses } = bench();
    const address = addresses[0] as number;
    expect(() => outbox.commit(address, 10)).toThrow(RangeError);
    outbox.begin(10);
    for (const length of [0, -1, 11, Number.NaN])
      expect(() => outbox.commit(address, length)).toThrow(RangeError);
    expect(() => outbox.commit(arena.size - 31, 10)).toThrow(RangeError);
    expect(() => outbox.commit(-1, 10)).toThrow(RangeError);
    for (const size of [0, -1, Number.NaN]) expect(outbox.begin(size)).toBe(-1);
    outbox.flush();
    expect(outbox.stats.calls).toBe(0);
  });

  it('skips a message the kernel refuses, and sends the others', () => {
    const { outbox, send, got, addresses } = bench();
    send(0, 100, 1);
    arena.view.setUint16((addresses[1] as number) + 2, 0);
    send(1, 100, 2);
    send(0, 100, 3);
    outbox.flush();
    expect(got(0)).toEqual([
      [100, 1],
      [100, 3],
    ]);
    expect(outbox.stats).toMatchObject({ datagrams: 2, refused: 1 });
  });

  it('sends singly what the kernel will not cut up, says so once, and stops trying', () => {
    const refusals: string[] = [];
    const { outbox, send, got, refuseSegments } = bench({
      onSegmentRefused: (errno) => refusals.push(errno),
    });
    refuseSegments(true);
    for (let round = 0; round < 12; round++) {
      for (let index = 0; index < 3; index++) send(0, 500, index);
      send(0, 100, 99);
      outbox.flush();
    }
    expect(refusals).toEqual(['EINVAL']);
    expect(outbox.segmenting).toBe(false);
    const received = got(0);
    expect(received).toHaveLength(48);
    for (let round = 0; round < 12; round++) {
      expect(received.slice(4 * round, 4 * round + 4)).toEqual([
        [500, 0],
        [500, 1],
        [500, 2],
        [100, 99],
      ]);
    }
    // Eight refusals cost a call each beside the single ones; then one call sends a round.
    expect(outbox.stats).toMatchObject({ datagrams: 48, refused: 0, calls: 8 * 5 + 4 });
  });

  it('goes on grouping when only one path refuses', () => {
    const { outbox, send, got, refuseSegments } = bench();
    const sendTwo = () => {
      send(0, 500, 1);
      send(0, 500, 1);
      outbox.flush();
    };
    sendTwo();
    refuseSegments(true);
    for (let round = 0; round < 20; round++) sendTwo();
    refuseSegments(false);
    expect(outbox.segmenting).toBe(true);
    const { calls } = outbox.stats;
    sendTwo();
    expect(outbox.stats.calls).toBe(calls + 1);
    expect(got(0)).toHaveLength(44);
  });

  it('waits a little for a congested kernel, then drops the rest and counts it', () => {
    withSendmmsg(failing(EAGAIN), () => {
      const { outbox, send, got } = bench();
      for (let index = 0; index < 5; index++) send(index % 2, 100, index);
      outbox.flush();
      expect(outbox.stats).toEqual({ datagrams: 0, bytes: 0, calls: 4, congested: 5, refused: 0 });
      expect(got(0)).toEqual([]);
    });
  });

  it('drops one message for each full queue, and tries the others', () => {
    withSendmmsg(failing(ENOBUFS), () => {
      const { outbox, send } = bench();
      for (let index = 0; index < 6; index++) send(Math.floor(index / 2) % 2, 100, index);
      outbox.flush();
      expect(outbox.stats).toEqual({ datagrams: 0, bytes: 0, calls: 3, congested: 6, refused: 0 });
    });
  });

  it('does without sendmmsg', () => {
    withSendmmsg(undefined, () => {
      const { outbox, send, got } = bench();
      for (let index = 0; index < 3; index++) send(0, 500, index);
      send(1, 20, 9);
      outbox.flush();
      expect(got(0)).toHaveLength(3);
      expect(got(1)).toEqual([[20, 9]]);
      expect(outbox.stats).toMatchObject({ datagrams: 4, calls: 4 });
    });
  });

  it('goes on after a partial send', () => {
    const real = libc().sendmmsg as (...args: number[]) => number;
    withSendmmsg(
      (descriptor, messages, count, flags) => real(descriptor!, messages!, Math.min(count!, 2), flags!),
      () => {
        const { outbox, send, got } = bench();
        for (let index = 0; index < 9; index++) send(index % 2, 50, index);
        outbox.flush();
        expect(got(0).map(([, fill]) => fill)).toEqual([0, 2, 4, 6, 8]);
        expect(got(1).map(([, fill]) => fill)).toEqual([1, 3, 5, 7]);
        expect(outbox.stats).toMatchObject({ datagrams: 9, calls: 5 });
      },
    );
  });
});
