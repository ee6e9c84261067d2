import { describe, expect, it } from 'vitest';
import { ridPacket } from '../support/encoding-source.js';
import { downVideoSsrc, parsed } from '../support/packets.js';
import { setUpSimulcast, simulcastVp9 } from '../support/simulcast-bench.js';
import { faultsOf, playSimulcast } from '../support/simulcast-play.js';
import { vp9Payload } from '../support/vp9-payload.js';

const size = { width: 640, height: 360 };

it.each([
  ['non-flexible, long', {}, 'aa8203 00 07 10 0280 0168 8249', 'e88203 00 07 8600'],
  ['flexible, long', { flexible: true }, 'ba8203 00 10 0280 0168 8249', 'f88203 00 02 8600'],
  ['non-flexible, short', { short: true }, 'aa03 00 07 10 0280 0168 8249', 'e803 00 07 8600'],
])('the fixture of VP9 is what RFC 9628 has it be: %s', (_, form, key, delta) => {
  const begin = (isKey: boolean, length: number) =>
    Buffer.from(vp9Payload({ key: isKey }, true, 0x203, 7, size, form).subarray(0, length)).toString('hex');
  for (const [isKey, text] of [
    [true, key.replaceAll(' ', '')],
    [false, delta.replaceAll(' ', '')],
  ] as const)
    expect(begin(isKey, text.length / 2)).toBe(text);
});

describe('simulcast of VP9', () => {
  const sends = (rid: string, now: number) => rid !== 'f' || Math.floor(now / 3000) % 2 === 0;
  /** No TL0PICIDX, and so no fault of it, in flexible mode. */
  const faults = (got: Parameters<typeof faultsOf>[0]) =>
    faultsOf(got).filter((fault) => !/time jumps|TL0PICIDX -1/.test(fault));

  it.each([
    ['with TL0PICIDX', {}],
    ['in flexible mode', { flexible: true }],
  ])('has picture ids that go on over changes of the encoding, %s', (_, vp9) => {
    const { got, changes } = playSimulcast({ until: 20_000, sends, vp9 });
    expect(changes.length).toBeGreaterThan(4);
    expect(faults(got)).toEqual([]);
    expect(new Set(got.map(({ tl0 }) => tl0 === -1))).toEqual(new Set(['flexible' in vp9]));
  });

  it('also where they have 7 bits', () => {
    const { got, changes } = playSimulcast({ until: 20_000, sends, vp9: { short: true } });
    expect(changes.length).toBeGreaterThan(4);
    const steps = got.slice(1).flatMap(({ pictureId }, place) => {
      const before = got[place] as (typeof got)[0];
      return [(pictureId - before.pictureId - (before.marker ? 1 : 0)) & 0x7f];
    });
    expect(new Set(steps)).toEqual(new Set([0]));
    expect(Math.max(...got.map(({ pictureId }) => pictureId))).toBe(127);
  });

  it('is sent again, across a change, with the numbers that the viewer knows', () => {
    const { publisher, send, watch, arrive, flush, told, sources } = setUpSimulcast(simulcastVp9, {});
    for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true });
    const { viewer, sink } = watch(1);
    for (let now = 33; now < 3000; now += 33) {
      if (now < 1000) send('f', now, { size: 1100 });
      send('h', now, { key: told().plis.includes(sources.h.options.ssrc), size: 700 });
      publisher.onTime(now);
      viewer.onTime(now);
    }
    // One whose descriptor is cut goes as it is.
    const cut = Uint8Array.of(0xa8, 0x80);
    arrive(ridPacket(sources.h.options, sources.h.sequence + 1, 0, true, cut), 3000);
    flush(3000);
    const sent = sink.sent.splice(0).filter(({ isRtcp }) => !isRtcp);
    const lengths = new Set(sent.map(({ bytes }) => parsed(bytes).payloadLength));
    expect(lengths).toEqual(new Set([60, 1100, 700, 2]));
    expect(sent.at(-1)?.bytes.subarray(-2)).toEqual(cut);
    for (const { bytes } of sent) viewer.onNack(0, downVideoSsrc, parsed(bytes).sequenceNumber, 0);
    const again = sink.sent.splice(0);
    expect(again.length).toBeGreaterThan(40);
    for (const packet of again) expect(sent).toContainEqual(packet);
  });
});

it('temporal layers of VP9 that are left out leave gaps in the picture ids, by which others refer to theirs', () => {
  const { send, watch, sources } = setUpSimulcast({ ...simulcastVp9, encodings: [] }, { flexible: true });
  const base: number[] = [];
  send('q', 0, { key: true });
  const { viewer, taken } = watch(1);
  viewer.estimate = 30_000;
  for (let frame = 1; frame < 300; frame += 1) {
    const now = frame * 33;
    const temporalId = [0, 2, 1, 2][frame % 4] as number;
    send('q', now, { key: frame === 1, temporalId: frame === 1 ? 0 : temporalId, packets: 2, size: 400 });
    if (temporalId === 0) base.push(sources.q.pictureId);
    viewer.onTime(now);
  }
  const late = taken().slice(-20);
  expect(new Set(late.map(({ temporalId }) => temporalId))).toEqual(new Set([0]));
  expect([...new Set(late.map(({ pictureId }) => pictureId))]).toEqual(base.slice(-10));
});
