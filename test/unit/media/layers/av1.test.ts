import { describe, expect, it } from 'vitest';
import { random } from '../../rtp/support.js';
import { faultsOf, frameTime, playAv1 } from '../support/av1-play.js';
import { Av1Source, av1, descriptorId } from '../support/av1-source.js';
import { downVideoSsrc, parsed } from '../support/packets.js';
import { nack } from '../support/rtcp.js';
import { setUpSimulcast } from '../support/simulcast-bench.js';

const layersOf = (got: readonly { spatialId: number; temporalId: number }[]) =>
  [...new Set(got.map(({ spatialId, temporalId }) => `S${spatialId}T${temporalId}`))].sort();
const later = <T extends { at: number }>(got: readonly T[], at: number) => got.filter((one) => one.at > at);
const between = <T extends { at: number }>(got: readonly T[], from: number, to: number) =>
  got.filter((one) => one.at > from && one.at < to);
/** Of pictures shown, frames a second. */
const ratesOf = (got: readonly { marker: boolean }[], ms: number) =>
  (got.filter(({ marker }) => marker).length * 1000) / ms;

describe('simulcast of AV1', () => {
  it('keeps frame numbers going on when the encoding changes, to the last byte of what is sent again', () => {
    const { arrive, flush, watch, publisher, told, memory } = setUpSimulcast({
      ...av1,
      encodings: ['q', 'f'],
    });
    const sources = [
      new Av1Source('AV1 L1T3', { ssrc: 1, rid: 'q', frameNumber: 40_000, size: 50 }),
      new Av1Source('AV1 L1T3', { ssrc: 2, rid: 'f', frameNumber: 9000, size: 400 }),
    ];
    const wanted = new Set([1, 2]);
    let player: ReturnType<typeof watch> | null = null;
    const sent: Uint8Array[] = [];
    for (let frame = 0; frame < 300; frame += 1) {
      const now = frame * frameTime;
      for (const ssrc of told().plis) wanted.add(ssrc);
      for (const [place, source] of sources.entries()) {
        // The larger one is paused for a while.
        if (place === 1 && now > 3000 && now < 6000) continue;
        const packets = source.next(Math.round(now * 90), wanted.delete(place + 1));
        for (const bytes of packets) arrive(bytes, now);
      }
      flush(now);
      publisher.onTime(now);
      if (frame === 10) player = watch(now);
      player?.viewer.onTime(now);
      sent.push(...(player?.sink.sent.splice(0) ?? []).filter((one) => !one.isRtcp).map((one) => one.bytes));
    }
    const sizes = sent.map((bytes) => parsed(bytes).payloadLength);
    const changes = sizes.filter((size, place) => size !== sizes[place - 1]);
    expect(changes.filter((size) => size === 400 || size === 50).length).toBeGreaterThan(2);
    const numbers = sent.map((bytes) => {
      const packet = parsed(bytes);
      return packet.memory.view.getUint16(packet.findExtension(descriptorId) + 1);
    });
    for (const [place, number] of numbers.entries()) {
      const step = (number - (numbers[place - 1] ?? number)) & 0xffff;
      expect(step).toBeLessThan(100);
    }
    for (const bytes of sent.slice(-5)) {
      const asked = nack(downVideoSsrc, parsed(bytes).sequenceNumber);
      player?.viewer.onRtcp(0, memory.arrive(asked), asked.length, 12_000);
    }
    expect(player?.sink.sent.map(({ bytes }) => bytes)).toEqual(sent.slice(-5));
  });
});

describe('a viewer of AV1', () => {
  it.each([
    ['AV1 L1T3', {}, ['S0T0', 'S0T1', 'S0T2']],
    ['AV1 L1T3', { width: 160, height: 90 }, ['S0T0', 'S0T1', 'S0T2']],
    ['AV1 L2T2', {}, ['S0T0', 'S0T1', 'S1T0', 'S1T1']],
    ['AV1 L2T2', { width: 320, height: 180 }, ['S0T0', 'S0T1']],
    ['AV1 L2T2', { width: 321 }, ['S0T0', 'S0T1', 'S1T0', 'S1T1']],
    ['AV1 L3T3_KEY', { height: 180 }, ['S0T0', 'S0T1', 'S0T2']],
    // Its higher layer depends on the lower one in key frames alone.
    ['AV1 L3T3_KEY', {}, ['S1T0', 'S1T1', 'S1T2']],
  ] as const)('of %s that asks for %o is sent %j', (mode, changes, layers) => {
    const { got, source } = playAv1(mode, { until: 4000, changes });
    const late = later(got, 2500);
    expect(layersOf(late)).toEqual(layers);
    expect(ratesOf(late, 1500)).toBeCloseTo(30, -1);
    expect(faultsOf(got, source)).toEqual([]);
    expect(got[0]).toMatchObject({ hasStructure: true, frameNumber: expect.any(Number) });
  });

  it.each([
    'AV1 L1T3',
    'AV1 L2T2',
    'AV1 L3T3_KEY',
  ] as const)('that joins late begins with the structure, and catches up: %s', (mode) => {
    const { got, source, keys } = playAv1(mode, { until: 4000, joinAt: 1000 });
    expect(got[0]).toMatchObject({ hasStructure: true, at: expect.closeTo(1000, -2) });
    expect(keys).toBeLessThanOrEqual(2);
    expect(faultsOf(got, source)).toEqual([]);
  });

  it.each([
    ['AV1 L1T3', 8000, 7.5],
    ['AV1 L2T2', 8000, 15],
    ['AV1 L3T3_KEY', 8000, 7.5],
  ] as const)('of %s whose path narrows gets less without a break, and all again when it widens', (mode, low, rate) => {
    const estimate = (now: number) => (now < 5000 ? 0 : now < 20_000 ? low : 2_000_000);
    const { got, source } = playAv1(mode, { until: 60_000, estimate });
    const narrow = between(got, 7000, 9500);
    expect(layersOf(narrow)).toEqual(['S0T0']);
    expect(ratesOf(narrow, 2500)).toBeCloseTo(rate, 0);
    const wide = later(got, 55_000);
    expect(layersOf(wide)).toEqual(layersOf(between(got, 2500, 5000)));
    expect(faultsOf(got, source)).toEqual([]);
    const steps = got.slice(1).map(({ at }, place) => at - (got[place]?.at ?? 0));
    expect(Math.max(...steps)).toBeLessThan(6 * frameTime);
  });

  it('goes up with temporal layers without a key frame', () => {
    const estimate = (now: number) => (now < 5000 ? 0 : now < 20_000 ? 8000 : 2_000_000);
    const low = playAv1('AV1 L1T3', { until: 60_000, estimate });
    expect(low.keys).toBe(1);
  });

  it('without descriptors gets the lowest spatial layer, which it can decode', () => {
    const { got } = playAv1('AV1 L2T2', { until: 4000, changes: { extensions: [] } });
    const late = later(got, 2500);
    expect(late.every(({ frameNumber }) => frameNumber < 0)).toBe(true);
    expect(new Set(late.map(({ length }) => length))).toEqual(new Set([100]));
    expect(late.filter(({ marker }) => marker).length).toBe(late.length / 2);
    for (const [place, { index }] of late.entries()) expect(index).toBe((late[0]?.index ?? 0) + place);
  });

  it('is brought down when the publisher does not send its layer any more, and up again', () => {
    const before = (now: number, source: Av1Source) => {
      source.activeTargets = now < 5000 ? null : now < 15_000 ? 0b000111 : 0b111111;
      return source;
    };
    const { got, source } = playAv1('AV1 L3T3_KEY', { until: 20_000, before });
    expect(layersOf(between(got, 3000, 5000))).toEqual(['S1T0', 'S1T1', 'S1T2']);
    expect(layersOf(between(got, 7000, 15_000))).toEqual(['S0T0', 'S0T1', 'S0T2']);
    expect(layersOf(later(got, 17_000))).toEqual(['S1T0', 'S1T1', 'S1T2']);
    expect(faultsOf(got, source)).toEqual([]);
  });

  it('follows a structure with other template ids, and a publisher that starts anew, by frame numbers that go on', () => {
    let isNew = false;
    const before = (now: number, source: Av1Source) => {
      if (now < 3000 || isNew) return source;
      isNew = true;
      return new Av1Source('AV1 L2T2', { ssrc: 77, sequence: 40_000, frameNumber: 3, templateOffset: 61 });
    };
    const { got } = playAv1('AV1 L2T2', { until: 6000, changes: { width: 320 }, before });
    const late = later(got, 3200);
    expect(layersOf(late)).toEqual(['S0T0', 'S0T1']);
    const numbers = got.map(({ frameNumber }) => frameNumber);
    for (const [place, number] of numbers.entries()) {
      expect(number - (numbers[place - 1] ?? number)).toBeGreaterThanOrEqual(0);
    }
    expect(late[0]?.frameNumber ?? 0).toBeGreaterThan(150);
    for (const [place, { index }] of got.entries()) expect(index).toBe((got[0]?.index ?? 0) + place);
  });

  it.each([
    ['cut', (bytes: Uint8Array) => (bytes.length > 20 ? bytes.slice(0, 12) : bytes)],
    ['gone', (bytes: Uint8Array) => (bytes.length > 20 ? null : bytes)],
  ])('gets everything once a key frame’s structure is %s, and less again with the next good one', (_, mangle) => {
    let keyed = 0;
    const before = (now: number, source: Av1Source) => {
      source.mangle = keyed === 1 ? mangle : (bytes) => bytes;
      const due = (keyed === 0 && now > 3000) || (keyed === 1 && now > 4000);
      if (!due) return source;
      keyed += 1;
      const next = new Av1Source('AV1 L2T2', { sequence: source.sequence, frameNumber: 300 * keyed });
      next.mangle = keyed === 1 ? mangle : (bytes) => bytes;
      return next;
    };
    const { got } = playAv1('AV1 L2T2', { until: 5000, changes: { width: 320 }, before });
    const sizes = (from: number, to: number) =>
      [...new Set(between(got, from, to).map(({ length }) => length))].sort((a, b) => a - b);
    expect(sizes(2000, 3000)).toEqual([100]);
    expect(sizes(3200, 4000)).toEqual([100, 200]);
    expect(sizes(4200, 5000)).toEqual([100]);
  });

  it('is sent each packet once, and in order, whatever the descriptors say', () => {
    const next = random(7);
    const below = (limit: number) => Math.floor(next() * limit);
    for (let round = 0; round < 12; round += 1) {
      const before = (now: number, source: Av1Source) => {
        source.mangle = (bytes) => {
          if (below(8) === 0) return null;
          const hostile = bytes.slice(0, below(6) === 0 ? below(bytes.length) + 1 : bytes.length);
          for (let change = below(3); change > 0; change -= 1) hostile[below(hostile.length)] = below(256);
          return hostile;
        };
        return now > 1000 && below(30) === 0
          ? new Av1Source('AV1 L2T2', { sequence: source.sequence, templateOffset: below(64) })
          : source;
      };
      const estimate = (now: number) => (now > 1000 ? 5000 + below(50_000) : 0);
      const changes = round % 2 === 0 ? {} : { width: 320 };
      const { got } = playAv1('AV1 L3T3_KEY', { until: 3000, before, estimate, changes });
      expect(got.length).toBeGreaterThan(20);
      for (const [place, { index }] of got.entries()) expect(index).toBe((got[0]?.index ?? 0) + place);
    }
  });
});

it('numbers the layers of a key frame that comes late behind what has gone, no two packets alike', () => {
  const { arrive, flush, watch } = setUpSimulcast(av1);
  const source = new Av1Source('AV1 L2T2');
  // Of two spatial layers a viewer without descriptors gets the lower one.
  const { sink } = watch(0, { extensions: [] });
  const send = (...packets: readonly Uint8Array[]) => {
    for (const bytes of packets) {
      arrive(bytes, 0);
      flush(0);
    }
  };
  source.mangle = () => null;
  send(...source.next(0, true));
  source.mangle = (descriptor) => descriptor;
  const key = source.next(3000, true);
  const next = source.next(6000, false);
  send(...next.slice(3), ...key, ...next.slice(0, 3));
  for (let picture = 3; picture < 20; picture += 1) send(...source.next(picture * 3000, picture === 10));
  // The sink throws where an index seals two packets.
  const indexes = sink.sent.map(({ index }) => index - 1000);
  expect(indexes.slice(0, 12)).toEqual([0, 1, 2, 3, 11, 4, 5, 6, 7, 8, 9, 10]);
  const thinned = indexes.slice(12);
  expect(thinned).toEqual(thinned.map((_, place) => 12 + place));
  expect(thinned.length).toBe(17 * 2);
});
