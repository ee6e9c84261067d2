import { describe, expect, it } from 'vitest';
import { memoryOf, playoutDelayUri } from '../../../src/kit/index.js';
import { DownTrack } from '../../../src/media/down-track.js';
import { PacketCache, UpTrack } from '../../../src/media/index.js';
import { slotSize } from '../../../src/media/packet-cache.js';
import { ExtensionWriter } from '../../../src/rtp/index.js';
import { FakeSink } from './support/fake-sink.js';
import { arriving, deltaPayload, down, keyPayload, parsed, rtpPacket, video } from './support/packets.js';
import { TestMemory } from './support/test-memory.js';

const ignore = () => {};
const listener = { onKeyFrame: ignore, onSize: ignore, onBroken: ignore, onRestart: ignore };
const extensions = [{ id: 5, uri: playoutDelayUri }];
const first = [0x00, 0x10, 0x20];
const second = [0x03, 0x20, 0x64];

interface Published {
  readonly key?: boolean;
  readonly delay?: readonly number[];
  readonly ssrc?: number;
  readonly size?: number;
}

function packet(sequence: number, { key = false, delay, ssrc = 1, size = 40 }: Published): Uint8Array {
  const payload = key ? new Uint8Array(Math.max(size, keyPayload(7).length)) : deltaPayload(7, size);
  if (key) payload.set(keyPayload(7));
  const bare = rtpPacket({ sequence, ssrc, payload });
  if (!delay) return bare;
  const room = memoryOf(new Uint8Array(28 + payload.length));
  room.u8.set(bare.subarray(0, 12));
  room.u8[0] = 0x90;
  const writer = new ExtensionWriter();
  writer.begin(room, 12);
  writer.addBytes(5, Uint8Array.from(delay));
  const length = 12 + writer.end();
  room.u8.set(payload, length);
  return room.u8.slice(0, length + payload.length);
}

/** A publisher's track, and viewers, without RTX, that join when they like. */
function setUp() {
  const memory = new TestMemory();
  const cache = PacketCache.create(memory, 64, extensions) as PacketCache;
  const up = new UpTrack(0, { ...video, extensions }, cache, listener, 3000);
  const watching: { track: DownTrack; sink: FakeSink }[] = [];
  const publish = (sequence: number, fields: Published = {}) => {
    const slot = up.receive(arriving(memory, packet(sequence, fields)), 0);
    if (slot >= 0) for (const { track } of watching) track.forward(slot, 0, 0);
  };
  const watch = () => {
    const sink = new FakeSink(memory);
    const track = new DownTrack(down({ ...video, extensions }, 0), up, sink, 100);
    watching.push({ track, sink });
    /** The delays that its packets told since the last call; null for none. */
    const told = () =>
      sink.sent.splice(0).map(({ bytes }) => {
        const view = parsed(bytes);
        const at = view.findExtension(5);
        return at < 0 ? null : [...bytes.subarray(at, at + view.elementLength)];
      });
    return { track, sink, told };
  };
  return { publish, watch, up };
}

describe('a playout delay that the publisher said once', () => {
  it('is told with each key frame, to those who joined later', () => {
    const { publish, watch } = setUp();
    publish(1, { key: true, delay: first });
    publish(2);
    const { told } = watch();
    for (let sequence = 3; sequence < 6; sequence += 1) publish(sequence);
    publish(6, { key: true });
    publish(7);
    publish(8, { delay: second });
    publish(9, { key: true });
    expect(told()).toEqual([first, null, second, second]);
  });

  it('is told to those who begin with the past', () => {
    const { publish, watch } = setUp();
    publish(1, { key: true, delay: first });
    publish(2, { key: true });
    const { track, told } = watch();
    expect(track.startInPast(10)).toBe(true);
    track.catchUp(1000);
    expect(told()).toEqual([first]);
  });

  it('is on a packet each time it goes, whatever was said since', () => {
    const { publish, watch } = setUp();
    publish(1, { key: true, delay: first });
    const { track, sink } = watch();
    publish(2, { key: true });
    publish(3, { delay: second });
    track.resend(100, 9000, 20);
    expect(sink.sent).toHaveLength(3);
    expect(sink.sent[2]).toEqual(sink.sent[0]);
  });

  it('is the newest, not what comes last', () => {
    const { publish, watch } = setUp();
    const { told } = watch();
    publish(1, { key: true });
    publish(4, { delay: second });
    publish(3, { delay: first });
    publish(5, { key: true });
    expect(told()).toEqual([null, second, first, second]);
  });

  it('leaves the payload as it is, and is left out where the packet leaves no room', () => {
    const { publish, watch } = setUp();
    const { sink } = watch();
    publish(1, { key: true, delay: first });
    for (const [index, size] of [slotSize - 12 - 3, slotSize - 12 - 2].entries())
      publish(2 + index, { key: true, size });
    const [, fits, full] = sink.sent.map(({ bytes }) => bytes) as [Uint8Array, Uint8Array, Uint8Array];
    expect(parsed(fits).extensionLength).toBe(4);
    expect(parsed(fits).payloadLength).toBe(slotSize - 15);
    expect([...fits.subarray(parsed(fits).payloadOffset)]).toEqual([
      ...packet(2, { key: true, size: slotSize - 15 }).subarray(12),
    ]);
    expect(parsed(full).extensionLength).toBe(0);
  });

  it('is none of another source’s', () => {
    const { publish, watch, up } = setUp();
    const { told } = watch();
    publish(1, { key: true, delay: first });
    for (let sequence = 50; sequence < 54; sequence += 1) publish(sequence, { key: true, ssrc: 2 });
    expect(up.epoch).toBe(1);
    expect(told()).toEqual([first, null, null]);
  });

  it.each([2, 4])('is not remembered where it has %d bytes', (length) => {
    const { publish, watch } = setUp();
    const { told } = watch();
    publish(1, { key: true, delay: Array.from({ length }, () => 1) });
    publish(2, { key: true });
    expect(told()).toEqual([null, null]);
  });
});
