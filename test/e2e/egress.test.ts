import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type * as EgressRoom from '../../src/egress/index.js';
import type { OutputEvent, OutputRequest } from '../../src/egress/outputs/output.js';
import { ntpFraction, ntpSeconds, pipeSsrc } from '../../src/rtp/index.js';
import type { MediaEndpoint, MediaPipes } from '../../src/streams/index.js';
import { settings } from '../unit/egress/support.js';
import { FrameSource, testCodecs } from '../unit/media/support/frame-source.js';
import { senderReport } from '../unit/media/support/rtcp.js';

/** As it is built: it starts its process from there. */
const built = new URL('../../dist/egress/index.js', import.meta.url).href;
const { Egress }: typeof EgressRoom = await import(built);
const entry = new URL('../fixtures/egress-outputs.mjs', import.meta.url);
const codec = (testCodecs.H264 as () => FrameSource['codec'])();

let near: Socket;
let egress: EgressRoom.Egress;
let source: FrameSource;
/** Where the pipe leads to. */
let to: Promise<number>;
let outlets = 0;
const died: string[] = [];

beforeEach(async () => {
  near = createSocket('udp4');
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');
  died.length = 0;
  outlets = 0;
  let tag = 0x1234;
  let open: (port: number) => void;
  to = new Promise((resolve) => {
    open = resolve;
  });
  const pipes = {
    outlet: (_endpoint: MediaEndpoint, onClosed: () => void) => {
      outlets += 1;
      let closed = false;
      tag += 1;
      source = new FrameSource(codec, 1, pipeSsrc(tag, 0, 0));
      return {
        tag,
        port: near.address().port,
        open: async (port: number) => open(port),
        close: () => {
          if (closed) return;
          closed = true;
          outlets -= 1;
          onClosed();
        },
      };
    },
  } as unknown as MediaPipes;
  egress = new Egress(pipes, Promise.resolve(settings), { entry });
  egress.on('died', (_pid, reason) => died.push(reason));
});

afterEach(async () => {
  await egress.close();
  near.close();
  expect(outlets).toBe(0);
});

const stream = () => ({ endpoint: {} as MediaEndpoint, tracks: [codec.description] });
const want = (kind: string) => ({ kind }) as unknown as OutputRequest;

/** An output's listener, whose promises are resolved by what comes. */
function listen(count: number) {
  const events: (OutputEvent | { type: 'frame'; data: Uint8Array; time: number })[] = [];
  let enough = () => {};
  let gone = () => {};
  const all = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const onEvent = (event: OutputEvent) => {
    events.push(event);
    if (events.length === count) enough();
  };
  return { events, all, closed, listener: { onEvent, onClosed: gone } };
}

async function send(packets: readonly Uint8Array[]): Promise<void> {
  const port = await to;
  for (const bytes of packets)
    await new Promise<void>((resolve) => near.send(bytes, port, '127.0.0.1', () => resolve()));
}

async function sendFrames(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const packets = source.frame(at === 0).map((packet) => {
      const bytes = packet.slice();
      bytes[1] = ((bytes[1] as number) & 0x80) | 96;
      return bytes;
    });
    await send(packets.slice(0, 1));
    const now = Date.now();
    if (at === 0)
      await send([senderReport(source.ssrc, ntpSeconds(now), ntpFraction(now), source.firstTimestamp)]);
    await send(packets.slice(1));
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it('takes a stream in by a pipe and puts it together to frames, byte for byte', async () => {
  const { events, all, closed, listener } = listen(50);
  const output = await egress.open(stream(), want('frames'), listener);
  await sendFrames(50);
  await all;
  const frames = events as { data: Uint8Array; time: number }[];
  expect(frames.map(({ data }) => Buffer.from(data).toString('hex'))).toEqual(
    source.frames.map(({ data }) => Buffer.from(data).toString('hex')),
  );
  const steps = frames.slice(1).map(({ time }, at) => time - (frames[at]?.time ?? 0));
  for (const step of steps) expect(Math.abs(step - 100 / 3)).toBeLessThan(2);
  output.close();
  await closed;
});

it('says why something cannot be made', async () => {
  await expect(egress.open(stream(), want('gold'), listen(0).listener)).rejects.toThrow(
    'no output of kind gold',
  );
});

it('gives up an output that does not end', async () => {
  const { closed, listener } = listen(0);
  const output = await egress.open(stream(), want('never ends'), listener);
  output.close();
  await closed;
});

it('ends what it made when its process is killed, and goes on with another', async () => {
  const { closed, listener } = listen(0);
  await egress.open(stream(), want('frames'), listener);
  process.kill(egress.pid as number, 'SIGKILL');
  await closed;
  expect(died).toEqual(['killed by SIGKILL']);
  expect(outlets).toBe(0);
  await egress.open(stream(), want('frames'), listen(0).listener);
});

it('holds little of what the control process does not read, and ends what says it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'egress-'));
  const mark = join(folder, 'ended');
  const { events, closed, listener } = listen(0);
  const request = { kind: 'flood', mark } as unknown as OutputRequest;
  await egress.open(stream(), request, listener);
  const giveUpAt = Date.now() + 30_000;
  // Nothing is read meanwhile.
  while (!existsSync(mark) && Date.now() < giveUpAt);
  expect(existsSync(mark)).toBe(true);
  await closed;
  expect(events.at(-1)).toMatchObject({ type: 'failed' });
  // Twice 4 MiB waited, and what the system holds between two processes.
  expect(events.length).toBeLessThan(14);
  rmSync(folder, { recursive: true });
});

it('leaves it to the control process when to end, and then ends', async () => {
  const { closed, listener } = listen(0);
  await egress.open(stream(), want('frames'), listener);
  const pid = egress.pid as number;
  process.kill(pid, 'SIGTERM');
  process.kill(pid, 'SIGINT');
  await egress.open(stream(), want('frames'), listen(0).listener);
  expect(egress.pid).toBe(pid);
  await egress.close();
  await closed;
  expect([isAlive(pid), died]).toEqual([false, []]);
});
