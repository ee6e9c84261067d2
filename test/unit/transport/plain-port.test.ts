import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { Poller } from '../../../src/native/index.js';
import { pipeSsrc } from '../../../src/rtp/index.js';
import { type PlainHandler, PlainPort } from '../../../src/transport/index.js';
import { arena, closeAll, closers } from './support/scene.js';

afterEach(() => closeAll());

function open(): PlainPort {
  const port = new PlainPort({ arena });
  closers.push(() => port.close());
  return port;
}

/** Writes down what arrives. */
function recorder() {
  const events: string[] = [];
  const note = (kind: string): PlainHandler['onRtp'] => {
    return (memory, offset, length, now) => {
      const hex = Buffer.from(memory.u8.subarray(offset, offset + length)).toString('hex');
      events.push(`${kind} ${hex} ${now}`);
    };
  };
  return { events, handler: { onRtp: note('rtp'), onRtcp: note('rtcp') } };
}

function rtp(ssrc: number, payload = 'cafe'): Buffer {
  const header = Buffer.from('806000010000000200000000', 'hex');
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, Buffer.from(payload, 'hex')]);
}

/** A receiver report without blocks. */
function rtcp(ssrc: number): Buffer {
  const bytes = Buffer.from('80c9000100000000', 'hex');
  bytes.writeUInt32BE(ssrc, 4);
  return bytes;
}

/** Puts bytes where they are sent from. */
function write(offset: number, bytes: Buffer): void {
  arena.u8.set(bytes, offset);
}

/** Reads until this many datagrams have come. */
function receive(port: PlainPort, count: number, now = 5): void {
  const poller = new Poller(arena, [port.descriptor]);
  for (let got = 0, tries = 0; got < count && tries < 20; tries++) {
    poller.wait(100);
    got += port.receive(now);
  }
  poller.close();
}

/** Two ports with one pipe between them. */
function pipe(tag = 0xabcde) {
  const [near, far] = [open(), open()];
  const [nearSide, farSide] = [recorder(), recorder()];
  const source = near.createTransport(tag, far.port, nearSide.handler)!;
  const sink = far.createTransport(tag, near.port, farSide.handler)!;
  return { near, far, source, sink, nearSide, farSide, tag };
}

describe('a plain port', () => {
  it('carries RTP with a payload from anywhere, and RTCP, both ways, as they are', () => {
    const { near, far, source, sink, nearSide, farSide, tag } = pipe();
    const packet = rtp(pipeSsrc(tag, 1, 2), '0123456789');
    const payload = arena.require(64);
    closers.push(() => arena.release(payload));
    write(payload, packet.subarray(12));
    const offset = source.begin(packet.length);
    write(offset, packet.subarray(0, 12));
    expect(source.sendRtp(offset, 12, payload, 5)).toBe(17);
    near.flush();
    receive(far, 1);
    expect(farSide.events).toEqual([`rtp ${packet.toString('hex')} 5`]);

    const report = rtcp(pipeSsrc(tag, 63, 0));
    const at = sink.begin(8);
    write(at, report);
    expect(sink.sendRtcp(at, 8)).toBe(8);
    far.flush();
    receive(near, 1, 6);
    expect(nearSide.events).toEqual([`rtcp ${report.toString('hex')} 6`]);
  });

  it('tells the pipes between the same two ports apart', () => {
    const { near, far, farSide, source } = pipe(1);
    const second = recorder();
    const other = near.createTransport(2, far.port, recorder().handler)!;
    far.createTransport(2, near.port, second.handler);
    for (const [transport, tag] of [
      [source, 1],
      [other, 2],
      [source, 1],
    ] as const) {
      const packet = rtp(pipeSsrc(tag, 0, 0));
      const offset = transport.begin(packet.length);
      write(offset, packet);
      transport.sendRtcp(offset, packet.length);
    }
    near.flush();
    receive(far, 3);
    expect([farSide.events.length, second.events.length]).toEqual([2, 1]);
    expect(far.size).toBe(2);
  });

  it('gives each tag once, and none to port 0 or beyond', () => {
    const { near, far } = pipe(7);
    const { handler } = recorder();
    const used = arena.used;
    expect(near.createTransport(7, far.port, handler)).toBeNull();
    expect(near.createTransport(8, 0, handler)).toBeNull();
    expect(near.createTransport(8, 65_536, handler)).toBeNull();
    expect(arena.used).toBe(used);
    expect(near.size).toBe(1);
  });

  it('takes nothing from anybody but the other end, and nothing malformed, and counts it', async () => {
    const { near, far, source, farSide, tag } = pipe();
    const stranger = createSocket('udp4');
    closers.push(() => stranger.close());
    const from = async (bytes: Buffer) => {
      await new Promise((resolve) => stranger.send(bytes, far.port, '127.0.0.1', resolve));
      receive(far, 1);
    };
    await from(rtp(pipeSsrc(tag, 0, 0)));
    await from(rtcp(pipeSsrc(tag, 63, 0)));
    expect(far.stats).toMatchObject({ foreignSource: 2, unknownPipe: 0, malformed: 0 });
    await from(rtp(pipeSsrc(tag ^ 1, 0, 0)));
    await from(rtcp(0));
    expect(far.stats).toMatchObject({ foreignSource: 2, unknownPipe: 2, malformed: 0 });
    const whole = rtp(pipeSsrc(tag, 0, 0), '');
    const noise = [Buffer.alloc(0), Buffer.from('80'), Buffer.from('80c9', 'hex'), Buffer.alloc(3000, 0x80)];
    const cut = Array.from({ length: 11 }, (_, length) => whole.subarray(0, length + 1));
    const wrongVersion = [0x00, 0x40, 0xc0].map((first) =>
      Buffer.concat([Buffer.of(first), whole.subarray(1)]),
    );
    for (const bytes of [...noise, ...cut, ...wrongVersion, rtcp(1).subarray(0, 7)]) await from(bytes);
    expect(far.stats.malformed).toBe(noise.length + cut.length + wrongVersion.length + 1);
    expect(farSide.events).toEqual([]);
    const offset = source.begin(12);
    write(offset, whole);
    source.sendRtcp(offset, 12);
    near.flush();
    receive(far, 1);
    expect(farSide.events).toHaveLength(1);
  });

  it('knows a closed pipe no more, in either direction, and leaves nothing in the arena', () => {
    const used = arena.used;
    const { near, far, source, sink, farSide, tag } = pipe();
    const packet = rtp(pipeSsrc(tag, 0, 0));
    const send = () => {
      const offset = source.begin(packet.length);
      if (offset < 0) return 0;
      write(offset, packet);
      return source.sendRtcp(offset, packet.length);
    };
    expect(send()).toBe(packet.length);
    sink.close();
    sink.close();
    near.flush();
    receive(far, 1);
    expect(far.stats.unknownPipe).toBe(1);
    expect(farSide.events).toEqual([]);
    // What is queued goes out before its address goes away.
    expect(send()).toBe(packet.length);
    source.close();
    receive(far, 1);
    expect(far.stats.unknownPipe).toBe(2);
    expect(source.connected).toBe(false);
    expect(send()).toBe(0);
    expect([near.size, far.size]).toEqual([0, 0]);
    near.close();
    near.close();
    far.close();
    expect(near.createTransport(1, 9, recorder().handler)).toBeNull();
    expect(arena.used).toBe(used);
  });

  it('sends by itself when its queue is full', () => {
    const { near, far, source, farSide, tag } = pipe();
    const packet = rtp(pipeSsrc(tag, 0, 0), '00'.repeat(1000));
    for (let count = 0; count < 1500; count++) {
      const offset = source.begin(packet.length);
      expect(offset).toBeGreaterThan(0);
      write(offset, packet);
      source.sendRtcp(offset, packet.length);
    }
    receive(far, 1);
    expect(farSide.events.length).toBeGreaterThan(0);
    expect(source.begin(2 ** 21)).toBe(-1);
    near.flush();
  });
});
