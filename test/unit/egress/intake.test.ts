import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeapPool } from '../../../src/egress/intake/heap-pool.js';
import { Intake } from '../../../src/egress/intake/intake.js';
import { LoopTimer } from '../../../src/egress/intake/loop-timer.js';
import { PipeSocket } from '../../../src/egress/intake/pipe-socket.js';
import type { MediaFrame } from '../../../src/media/index.js';
import { ntpFraction, ntpSeconds, pipeSsrc } from '../../../src/rtp/index.js';
import { FrameSource, testCodecs } from '../media/support/frame-source.js';
import { RtcpNotes, senderReport } from '../media/support/rtcp.js';
import { defaults } from '../media/support/simulation.js';
import { random } from '../rtp/support.js';

const tag = 0x5a5a5;
const codec = (testCodecs.VP8 as () => FrameSource['codec'])();
const clock = () => performance.now();

let near: Socket;
let stranger: Socket;
let pool: HeapPool;
let socket: PipeSocket;
let timer: LoopTimer;
let source: FrameSource;
const open: Intake[] = [];

async function bound(): Promise<Socket> {
  const made = createSocket('udp4');
  made.bind(0, '127.0.0.1');
  await once(made, 'listening');
  return made;
}

beforeEach(async () => {
  near = await bound();
  stranger = await bound();
  pool = new HeapPool(16 << 20);
  socket = new PipeSocket(pool, clock);
  timer = new LoopTimer(clock);
  await socket.open();
  source = new FrameSource(codec, 1, pipeSsrc(tag, 0, 0));
});

afterEach(() => {
  for (const intake of open.splice(0)) intake.close();
  timer.close();
  socket.close();
  near.close();
  stranger.close();
});

function openIntake(): Intake {
  const pipe = { tag, port: near.address().port };
  const intake = new Intake(1, [codec.description], socket, pipe, defaults, timer, clock);
  open.push(intake);
  return intake;
}

async function send(from: Socket, packets: readonly Uint8Array[]): Promise<void> {
  for (const bytes of packets)
    await new Promise<void>((resolve) => from.send(bytes, socket.port, '127.0.0.1', () => resolve()));
}

/** A frame as a pipe brings it, with the publisher's clock behind the first packet. */
async function sendFrame(key: boolean, from = near): Promise<void> {
  const first = source.frames.length === 0;
  const packets = source.frame(key).map(piped);
  await send(from, packets.slice(0, 1));
  const now = Date.now();
  if (first)
    await send(from, [
      senderReport(source.ssrc, ntpSeconds(now), ntpFraction(now), source.firstTimestamp >>> 0),
    ]);
  await send(from, packets.slice(1));
}

function piped(packet: Uint8Array): Uint8Array {
  const bytes = packet.slice();
  bytes[1] = ((bytes[1] as number) & 0x80) | 96;
  return bytes;
}

/** Waits for a condition that datagrams bring about; the test's own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const dataOf = (frames: readonly MediaFrame[]) => frames.map(({ data }) => Buffer.from(data).toString('hex'));
const sent = () => dataOf(source.frames as unknown as MediaFrame[]);

describe('PipeSocket', () => {
  it('takes nothing that is not of an open pipe and from its other end, and counts it', async () => {
    const intake = openIntake();
    const frames: MediaFrame[] = [];
    intake.subscribe((frame) => frames.push(frame));
    await sendFrame(true);
    await until(() => frames.length === 1);
    expect(socket.foreign).toBe(0);

    const [packet] = new FrameSource(codec, 9, pipeSsrc(tag, 0, 0), 9).frame(true).map(piped) as [Uint8Array];
    const wrongTag = packet.slice();
    new DataView(wrongTag.buffer).setUint32(8, pipeSsrc(tag + 1, 0, 0));
    const long = new Uint8Array(2049);
    long.set(packet);
    const next = random(5);
    const noise = Array.from({ length: 20 }, () => {
      const bytes = Uint8Array.from({ length: next() * 100 }, () => next() * 256);
      // Of version 2, and so looked at further.
      if (bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] as number) & 0x3f);
      return bytes;
    });
    const cuts = Array.from({ length: 12 }, (_, length) => packet.slice(0, length));
    const foreign = [wrongTag, long, ...noise, ...cuts];
    await send(near, foreign);
    await send(stranger, [packet]);
    await until(() => socket.foreign === foreign.length + 1);

    await sendFrame(false);
    await until(() => frames.length === 2);
    expect(dataOf(frames)).toEqual(sent());
  });

  it('takes datagrams of 2048 bytes', async () => {
    expect(pool.arrive(new Uint8Array(2048))).toBe(true);
    expect(pool.arrive(new Uint8Array(2049))).toBe(false);
  });

  it('is closed twice, and sends nothing then, without complaint', async () => {
    const other = new PipeSocket(pool, clock);
    await other.open();
    const transport = other.transport(7, near.address().port, { onRtp: () => {}, onRtcp: () => {} });
    other.close();
    other.close();
    expect(transport.sendRtcp(transport.begin(20), 20)).toBe(20);
    transport.close();
    expect(transport.sendRtcp(transport.begin(20), 20)).toBe(0);
    expect(transport.begin(2049)).toBe(-1);
  });

  it('keeps a pipe that has taken the place of one with its tag', () => {
    const handler = { onRtp: () => {}, onRtcp: () => {} };
    const before = socket.transport(7, 1, handler);
    socket.transport(7, 2, handler);
    before.close();
    expect(socket.size).toBe(1);
  });
});

describe('Intake', () => {
  it('leaves nothing behind: no timer, no memory, no pipe, nobody who is told anything', async () => {
    const intake = openIntake();
    const frames: MediaFrame[] = [];
    intake.subscribe((frame) => frames.push(frame));
    await sendFrame(true);
    await until(() => frames.length === 1);
    expect(pool.used).toBeGreaterThan(0);
    expect(timer.size).toBe(1);
    // Something is missing, and waited for.
    source.frame(false);
    await sendFrame(false);
    await until(() => timer.size === 2);
    intake.close();
    intake.close();
    expect([pool.used, timer.size, socket.size, intake.subscribers]).toEqual([0, 0, 0, 0]);
    await sendFrame(true);
    await until(() => socket.foreign > 0);
    intake.requestKeyFrame();
    intake.subscribe(() => {
      throw new Error('nothing is to come');
    });
    expect([frames.length, timer.size, intake.subscribers]).toEqual([1, 0, 0]);
  });

  it('cannot be opened without memory, and then leaves none taken', () => {
    pool = new HeapPool(8192);
    const poor = new PipeSocket(pool, clock);
    const pipe = { tag, port: 1 };
    expect(() => new Intake(1, [codec.description], poor, pipe, defaults, timer, clock)).toThrow('memory');
    expect([pool.used, poor.size, timer.size]).toEqual([0, 0, 0]);
    poor.close();
  });

  it('asks for a key frame when there is none to begin with, and else gives what there is from it on', async () => {
    const asked: number[] = [];
    near.on('message', (bytes) => {
      const notes = new RtcpNotes();
      notes.read(bytes);
      asked.push(...notes.plis);
    });
    const intake = openIntake();
    const first: MediaFrame[] = [];
    intake.subscribe((frame) => first.push(frame));
    await sendFrame(false);
    // Begun amid a picture or not, what it has is no beginning.
    await until(() => asked.length > 0);
    expect(asked).toEqual([source.ssrc]);
    await sendFrame(true);
    await sendFrame(false);
    await until(() => dataOf(first).includes(sent()[2] as string));
    const late: MediaFrame[] = [];
    intake.subscribe((frame) => late.push(frame));
    expect(dataOf(late)).toEqual(sent().slice(1));
    expect(late[0]?.key).toBe(true);
    await sendFrame(false);
    await until(() => late.length === 3);
    expect(dataOf(late)).toEqual(sent().slice(1));
    expect(asked).toHaveLength(1);
  });

  it('gives the others everything when a listener throws, which hears nothing more', async () => {
    const intake = openIntake();
    const failures: string[] = [];
    const frames: MediaFrame[] = [];
    let given = 0;
    intake.subscribe(
      () => {
        given += 1;
        throw new Error('broken');
      },
      ({ message }) => failures.push(message),
    );
    intake.subscribe((frame) => frames.push(frame));
    for (let at = 0; at < 4; at += 1) await sendFrame(at === 0);
    await until(() => frames.length === 4);
    expect(dataOf(frames)).toEqual(sent());
    expect([given, failures, intake.subscribers]).toEqual([1, ['broken'], 1]);
  });

  it('throws what a listener throws of what it is given at once, and forgets it', async () => {
    const intake = openIntake();
    const frames: MediaFrame[] = [];
    intake.subscribe((frame) => frames.push(frame));
    await sendFrame(true);
    await until(() => frames.length === 1);
    expect(() =>
      intake.subscribe(() => {
        throw new Error('at once');
      }),
    ).toThrow('at once');
    expect(intake.subscribers).toBe(1);
  });

  it('gives nothing more to who leaves amid a frame, and to who comes each frame once', async () => {
    const intake = openIntake();
    const [left, joined]: MediaFrame[][] = [[], []];
    let leave = () => {};
    let come = true;
    intake.subscribe((frame) => {
      leave();
      if (come) intake.subscribe((one) => joined?.push(one));
      come = false;
      expect(frame.kind).toBe('video');
    });
    leave = intake.subscribe((frame) => left?.push(frame));
    await sendFrame(true);
    await sendFrame(false);
    await until(() => joined?.length === 2);
    expect(left).toEqual([]);
    expect(dataOf(joined ?? [])).toEqual(sent());
  });

  it('can be closed by who is given a frame', async () => {
    const intake = openIntake();
    let given = 0;
    intake.subscribe(() => {
      given += 1;
      intake.close();
    });
    intake.subscribe(() => {
      given += 1;
    });
    await sendFrame(true);
    await until(() => given > 0);
    await sendFrame(false);
    await until(() => socket.foreign > 0);
    expect([given, timer.size, pool.used]).toEqual([1, 0, 0]);
  });

  it('counts who takes the same function twice as two', async () => {
    const intake = openIntake();
    const frames: MediaFrame[] = [];
    const listener = (frame: MediaFrame) => {
      frames.push(frame);
    };
    const leave = intake.subscribe(listener);
    intake.subscribe(listener);
    leave();
    leave();
    await sendFrame(true);
    await until(() => frames.length > 0);
    expect(frames).toHaveLength(1);
  });
});
