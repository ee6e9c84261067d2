import { describe, expect, it } from 'vitest';
import { transportWideCcUri } from '../../../../src/kit/index.js';
import { repairOf, repairType, ridPacket, vp8Payload } from '../support/encoding-source.js';
import { parsed, rtpPacket, transportSequenceId } from '../support/packets.js';
import { type Rid, setUpSimulcast, simulcastRtx } from '../support/simulcast-bench.js';

const rids: readonly Rid[] = ['q', 'h', 'f'];
const rtxSsrcOf = { q: 0x91, h: 0x92, f: 0x93 } as const;

/** A publisher of three encodings, each of which has lost its fourth packet of five. */
function setUp(description = simulcastRtx) {
  const bench = setUpSimulcast(description);
  const { arrive, sources, publisher } = bench;
  const lost = new Map<Rid, Uint8Array>();
  for (const rid of rids) {
    const packets = sources[rid].picture(0, { key: true, packets: 5, size: 200 });
    lost.set(rid, packets.splice(3, 1)[0] as Uint8Array);
    for (const bytes of packets) arrive(bytes, 0);
  }
  const track = (rid: Rid) => {
    const found = publisher.tracks.find(({ ssrc }) => ssrc === sources[rid].options.ssrc);
    if (!found) throw new Error(`no encoding ${rid}`);
    return found;
  };
  const original = (rid: Rid) => lost.get(rid) as Uint8Array;
  const missing = () => rids.map((rid) => track(rid).nack?.size);
  return { ...bench, track, original, missing };
}

describe('RTX of several encodings', () => {
  it('goes to the encoding that it names, byte by byte', () => {
    const { arrive, original, missing, track, memory, publisher } = setUp();
    expect(missing()).toEqual([1, 1, 1]);
    for (const [index, rid] of (['f', 'q', 'h'] as const).entries())
      arrive(repairOf(original(rid), rid, rtxSsrcOf[rid], 60_000 + index), 30);
    expect(missing()).toEqual([0, 0, 0]);
    for (const rid of rids) {
      const { cache, last } = track(rid);
      const slot = cache.find(last - 1);
      const at = cache.payloadOffset(slot);
      const wanted = original(rid);
      expect(memory.u8.slice(at, at + cache.payloadLength(slot))).toEqual(
        wanted.slice(parsed(wanted).payloadOffset),
      );
      expect(cache.timestamp(slot)).toBe(parsed(wanted).timestamp);
      expect(track(rid).reception.recovered).toBe(1);
    }
    expect(publisher.dropped).toBe(0);
  });

  it('is known by its SSRC once it has named the encoding', () => {
    const { arrive, sources, original, missing, track, publisher } = setUp();
    arrive(repairOf(original('h'), null, rtxSsrcOf.h, 1), 30);
    expect(missing()).toEqual([1, 1, 1]);
    expect(publisher.dropped).toBe(1);
    arrive(repairOf(original('h'), 'h', rtxSsrcOf.h, 2), 31);
    const [first, ...rest] = sources.h.picture(40, { packets: 3 });
    for (const bytes of rest) arrive(bytes, 40);
    expect(missing()).toEqual([1, 1, 1]);
    arrive(repairOf(first as Uint8Array, null, rtxSsrcOf.h, 3), 60);
    expect(missing()).toEqual([1, 0, 1]);
    expect(track('h')).toMatchObject({ packets: 8, dropped: 0 });
    expect(publisher.dropped).toBe(1);
  });

  it('may come to have another SSRC', () => {
    const { arrive, sources, original, missing } = setUp();
    arrive(repairOf(original('q'), 'q', rtxSsrcOf.q, 1), 30);
    const [first, ...rest] = sources.q.picture(40, { packets: 2 });
    for (const bytes of rest) arrive(bytes, 40);
    arrive(repairOf(first as Uint8Array, 'q', 0x9999, 1), 60);
    expect(missing()).toEqual([0, 1, 1]);
  });

  it('reaches a viewer in its place', () => {
    const { arrive, flush, original, watch, send } = setUp();
    flush(0);
    const { taken, viewer } = watch(1, { width: 160, height: 90 });
    viewer.onTime(300);
    send('q', 33);
    taken();
    arrive(repairOf(original('q'), 'q', rtxSsrcOf.q, 1), 40);
    flush(40);
    expect(taken()).toMatchObject([{ index: 1003, length: 200 }]);
  });
});

describe('RTX of several encodings that cannot be believed', () => {
  it.each([
    ['names nobody', null],
    ['names one that was not agreed on', 'x'],
    ['begins like one', 'qq'],
    ['has the longest name there is', 'q'.repeat(16)],
  ])('%s: it is dropped and counted', (_, rid) => {
    const { arrive, original, missing, publisher } = setUp();
    arrive(repairOf(original('q'), rid, rtxSsrcOf.q, 1), 30);
    expect(missing()).toEqual([1, 1, 1]);
    expect(publisher.dropped).toBe(1);
  });

  it('names another encoding than its SSRC has named before', () => {
    const { arrive, original, missing, publisher } = setUp();
    arrive(repairOf(original('q'), 'q', rtxSsrcOf.q, 1), 30);
    for (const rid of ['h', 'x']) arrive(repairOf(original('h'), rid, rtxSsrcOf.q, 2), 31);
    expect(missing()).toEqual([0, 1, 1]);
    expect(publisher.dropped).toBe(2);
    arrive(repairOf(original('h'), 'h', rtxSsrcOf.h, 1), 32);
    expect(missing()).toEqual([0, 0, 1]);
  });

  it.each(rids)('has the SSRC of the encoding %s itself', (owner) => {
    const { arrive, sources, original, missing, publisher } = setUp();
    for (const rid of ['q', null]) arrive(repairOf(original('q'), rid, sources[owner].options.ssrc, 1), 30);
    expect(missing()).toEqual([1, 1, 1]);
    expect(publisher.dropped).toBe(2);
  });

  it('names one that has not begun', () => {
    const { publisher, sources, arrive, memory } = setUpSimulcast(simulcastRtx);
    const blocks = memory.blocks.size;
    arrive(repairOf(sources.f.picture(0)[0] as Uint8Array, 'f', 0x93, 1), 0);
    expect(publisher).toMatchObject({ dropped: 1 });
    expect(publisher.tracks).toMatchObject([{ packets: 0 }]);
    expect(memory.blocks.size).toBe(blocks);
  });

  it('is shorter than the number it begins with', () => {
    const { arrive, missing, track, publisher } = setUp();
    const source = { rid: 'q', ssrc: rtxSsrcOf.q, payloadType: repairType };
    arrive(ridPacket(source, 1, 0, false, Uint8Array.of(7), 6), 5);
    expect(missing()).toEqual([1, 1, 1]);
    expect(track('q').packets).toBe(4);
    expect(publisher.dropped).toBe(0);
  });

  it('comes although nobody agreed on what tells it apart', () => {
    const { arrive, original, missing, publisher } = setUp({
      ...simulcastRtx,
      extensions: simulcastRtx.extensions.slice(0, 1),
    });
    arrive(repairOf(original('q'), 'q', rtxSsrcOf.q, 1), 30);
    expect(missing()).toEqual([1, 1, 1]);
    expect(publisher.dropped).toBe(1);
  });

  it('is of the source before an encoding started anew, whose numbers are others', () => {
    const { arrive, original, track, sources, publisher } = setUp();
    arrive(repairOf(original('h'), 'h', rtxSsrcOf.h, 1), 30);
    const first = parsed(original('h')).sequenceNumber;
    const payload = vp8Payload({ key: true }, true, 5, 6, { width: 64, height: 32 });
    const anew = (sequence: number) => ridPacket({ rid: 'h', ssrc: 77 }, sequence, 0, true, payload);
    for (const sequence of [1, 2, 3, 5]) arrive(anew(first + sequence), 40);
    const up = publisher.tracks.find(({ ssrc }) => ssrc === 77);
    const before = up?.packets;
    expect(up?.epoch).toBe(1);
    const late = ridPacket(sources.h.options, first + 4, 0, false, payload);
    arrive(repairOf(late, 'h', rtxSsrcOf.h, 2), 41);
    expect(up?.packets).toBe(before);
    arrive(repairOf(anew(first + 4), 'h', 0x9877, 1), 42);
    expect(up?.packets).toBe((before as number) + 1);
    expect(() => track('h')).toThrow();
  });
});

describe('RTX of nothing but padding, with which browsers probe', () => {
  const probe = (ssrc: number, transportSequence: number) => {
    const bytes = rtpPacket({ ssrc, payloadType: repairType, payload: new Uint8Array(8), transportSequence });
    bytes[0] = (bytes[0] as number) | 0x20;
    bytes[bytes.length - 1] = 8;
    return bytes;
  };

  it.each([
    ['before it has named its encoding', false],
    ['and after', true],
  ])('disturbs nothing, %s', (_, named) => {
    const wide = {
      id: transportSequenceId,
      uri: transportWideCcUri,
    };
    const { arrive, original, missing, publisher, told } = setUp({
      ...simulcastRtx,
      feedback: { ...simulcastRtx.feedback, transportCc: true },
      extensions: [...simulcastRtx.extensions, wide],
    });
    if (named) arrive(repairOf(original('q'), 'q', rtxSsrcOf.q, 1), 1);
    const before = publisher.tracks.map(({ packets, dropped, last }) => ({ packets, dropped, last }));
    for (let index = 0; index < 50; index += 1) arrive(probe(rtxSsrcOf.q, 100 + index), 2);
    expect(publisher.tracks.map(({ packets, dropped, last }) => ({ packets, dropped, last }))).toEqual(
      before,
    );
    expect(publisher.dropped).toBe(0);
    expect(missing()).toEqual([named ? 0 : 1, 1, 1]);
    publisher.onTime(60);
    expect(told().arrived).toEqual(Array.from({ length: 50 }, (_, index) => 100 + index));
  });

  it('so does what repeats packets that have come', () => {
    const { arrive, sources, publisher, track, flush, watch } = setUp();
    flush(0);
    const { taken } = watch(1);
    const [packet] = sources.f.picture(10, { packets: 1 });
    arrive(packet as Uint8Array, 10);
    flush(10);
    taken();
    for (let index = 0; index < 20; index += 1)
      arrive(repairOf(packet as Uint8Array, 'f', rtxSsrcOf.f, index), 11);
    flush(11);
    expect(taken()).toEqual([]);
    expect(track('f')).toMatchObject({ packets: 5, dropped: 20 });
    expect(publisher.dropped).toBe(0);
  });
});
