import { describe, expect, it } from 'vitest';
import type { TrackDescription } from '../../../../src/media/index.js';
import { ridPacket } from '../support/encoding-source.js';
import { downVideoSsrc } from '../support/packets.js';
import { nack, remb } from '../support/rtcp.js';
import { setUpSimulcast, simulcast } from '../support/simulcast-bench.js';
import { sizeOf } from '../support/simulcast-play.js';

/** A viewer that is sent f, and is brought to q with q's next key frame. */
function setUpChange() {
  const bench = setUpSimulcast();
  const { send, sources, arrive, flush, memory, watch } = bench;
  for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true, size: sizeOf[rid] });
  const { viewer, taken, sink } = watch(1);
  const say = (bytes: Uint8Array, now: number) => viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);
  let now = 1;
  const play = (until: number) => {
    for (; now < until; now += 33) {
      for (const rid of ['q', 'h', 'f'] as const) send(rid, now, { size: sizeOf[rid] });
      viewer.onTime(now);
    }
  };
  const narrow = () => {
    play(2000);
    say(remb(50_000, downVideoSsrc), now);
    play(2600);
  };
  return { ...bench, viewer, taken, sink, say, play, narrow, arrive, flush, sources, now: () => now };
}

describe('a change of encodings', () => {
  it('waits for the key frame, which that encoding alone is asked for', () => {
    const { narrow, taken, told, send, play, now } = setUpChange();
    narrow();
    expect(new Set(told().plis)).toEqual(new Set([1]));
    expect(taken().every(({ size }) => size === sizeOf.f)).toBe(true);
    send('q', now(), { key: true, size: sizeOf.q });
    play(3000);
    const after = taken();
    expect(after.length).toBeGreaterThan(10);
    expect(after.every(({ size }) => size === sizeOf.q)).toBe(true);
  });

  it('still sends again what was lost before it, the same to the last byte', () => {
    const { narrow, sink, send, play, say, now } = setUpChange();
    narrow();
    send('q', now(), { key: true, size: sizeOf.q });
    play(2700);
    const before = sink.sent
      .splice(0)
      .filter(({ isRtcp, bytes }) => !isRtcp && bytes.length > 1000)
      .slice(-5);
    say(nack(downVideoSsrc, ...before.map(({ index }) => index & 0xffff)), now() + 1000);
    expect(sink.sent.map(({ index }) => index)).toEqual(before.map(({ index }) => index));
    expect(sink.sent.map(({ bytes }) => bytes)).toEqual(before.map(({ bytes }) => bytes));
  });

  it('closes with what comes late the gap it was missed in, under the old numbers and times', () => {
    const { narrow, taken, send, play, sources, arrive, flush, now } = setUpChange();
    narrow();
    const [first, lost] = sources.f.picture(now(), { size: sizeOf.f });
    arrive(first as Uint8Array, now());
    for (const bytes of sources.f.picture(now() + 33, { size: sizeOf.f })) arrive(bytes, now() + 33);
    flush(now() + 33);
    const old = taken().slice(-3);
    send('q', now() + 40, { key: true, size: sizeOf.q });
    play(2700);
    taken();
    arrive(lost as Uint8Array, 2700);
    flush(2700);
    const late = taken();
    expect(old.map(({ index }) => index - (old[0]?.index ?? 0))).toEqual([0, 2, 3]);
    expect(late).toMatchObject([
      { index: (old[0]?.index ?? 0) + 1, timestamp: old[0]?.timestamp, size: sizeOf.f },
    ]);
  });
});

const vp9: TrackDescription = {
  ...simulcast,
  codec: { name: 'VP9', payloadType: 98, clockRate: 90_000, channels: 1, fmtp: '' },
  extensions: [],
  encodings: [],
};

/** One packet of a spatial layer (RFC 9628 section 4.2, flexible mode), with the sizes of all where a key frame starts. */
function vp9Payload(picture: number, spatial: number, temporal: number, key: boolean): Uint8Array {
  const starts = key && spatial === 0;
  const lead = 0x80 | (key ? 0 : 0x40) | 0x20 | 0x10 | 0x0c | (starts ? 0x02 : 0);
  const layer = (temporal << 5) | (temporal === 0 ? 0x10 : 0) | (spatial << 1) | (spatial > 0 && key ? 1 : 0);
  const references = key ? [] : [2];
  const sizes = starts ? [0x50, 0, 160, 0, 90, 1, 64, 0, 180, 2, 128, 1, 104] : [];
  const frame = key ? [0x82, 0x49, 0x83, 0x42, 0] : [0x86, 0, 0, 0, 0];
  return Uint8Array.from([
    lead,
    0x80 | (picture >> 8),
    picture & 0xff,
    layer,
    ...references,
    ...sizes,
    ...frame,
    ...Array(200 * (spatial + 1)).fill(7),
  ]);
}

describe('VP9 with spatial and temporal layers', () => {
  function play(size: { width?: number; height?: number }, estimate: number) {
    const bench = setUpSimulcast(vp9);
    const { arrive, flush, memory, watch, publisher, told } = bench;
    let player: ReturnType<typeof watch> | null = null;
    const shown: { spatial: number; marker: boolean; index: number; picture: number; temporal: number }[] =
      [];
    let sequence = 0;
    let wantsKey = true;
    for (let picture = 1; picture < 400; picture += 1) {
      const now = picture * 33;
      wantsKey ||= told().plis.length > 0;
      const key = wantsKey;
      wantsKey = false;
      const temporal = key ? 0 : [0, 2, 1, 2][picture % 4];
      for (let spatial = 0; spatial < 3; spatial += 1) {
        sequence += 1;
        const payload = vp9Payload(picture, spatial, temporal ?? 0, key);
        arrive(
          ridPacket(
            { rid: null, ssrc: 9, payloadType: 98 },
            sequence,
            picture * 2970,
            spatial === 2,
            payload,
          ),
          now,
        );
      }
      flush(now);
      publisher.onTime(now);
      if (picture === 2) player = watch(now, size);
      if (picture === 60 && estimate > 0 && player) {
        const bytes = remb(estimate, downVideoSsrc);
        player.viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);
      }
      player?.viewer.onTime(now);
      for (const { bytes, index, isRtcp } of player?.sink.sent.splice(0) ?? []) {
        if (isRtcp || picture < 100) continue;
        const layer = bytes[15] as number;
        shown.push({
          spatial: (layer >> 1) & 7,
          temporal: layer >> 5,
          marker: ((bytes[1] as number) & 0x80) !== 0,
          index,
          picture: ((bytes[13] as number) & 0x7f) * 256 + (bytes[14] as number),
        });
      }
    }
    return shown;
  }

  it.each([
    [{ width: 160 }, 0],
    [{ width: 300, height: 100 }, 1],
    [{}, 2],
  ])('gives a viewer that asks for %o the layers up to %d, and ends its pictures there', (size, top) => {
    const shown = play(size, 0);
    expect(shown.length).toBe(300 * (top + 1));
    for (const { spatial, marker } of shown) {
      expect(spatial).toBeLessThanOrEqual(top);
      expect(marker).toBe(spatial === top);
    }
    for (const [place, { index }] of shown.entries()) expect(index).toBe((shown[0]?.index ?? 0) + place);
  });

  it('leaves out temporal layers of the smallest picture for a viewer that can take no more', () => {
    const shown = play({}, 20_000);
    for (const [place, { index }] of shown.entries()) expect(index).toBe((shown[0]?.index ?? 0) + place);
    const thin = shown.filter(({ picture }) => picture < 180);
    expect(Math.max(...thin.map(({ spatial }) => spatial))).toBe(0);
    expect(Math.max(...thin.map(({ temporal }) => temporal))).toBe(0);
  });
});
