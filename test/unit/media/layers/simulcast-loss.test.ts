import { describe, expect, it } from 'vitest';
import { type EncodingSource, repairOf } from '../support/encoding-source.js';
import { LossyLink } from '../support/lossy-link.js';
import { parsed } from '../support/packets.js';
import { type Rid, setUpSimulcast, simulcast, simulcastRtx } from '../support/simulcast-bench.js';

const rids: readonly Rid[] = ['q', 'h', 'f'];
const frameTime = 33;
const packetsOf: Readonly<Record<Rid, number>> = { q: 2, h: 3, f: 6 };

interface LossOptions {
  readonly seed: number;
  readonly rtx: boolean;
  /** Packets of RTX that name the encoding; those after them are known by their SSRC. */
  readonly named?: number;
}

/** Ten seconds of three encodings over a path that loses, reorders and doubles; the publisher answers every NACK. */
function play({ seed, rtx, named = Number.POSITIVE_INFINITY }: LossOptions) {
  const { publisher, sources, arrive, flush, told, memory } = setUpSimulcast(rtx ? simulcastRtx : simulcast);
  const kept = new Map<number, Map<number, Uint8Array>>();
  const repaired = new Map<number, number>();
  let now = 0;
  const up = new LossyLink(
    { seed, delay: 20, jitter: 4, loss: 0.05, reorder: { probability: 0.02, by: 12 }, duplicate: 0.01 },
    (bytes) => arrive(bytes, now),
  );
  const repeat = (rid: Rid, source: EncodingSource, sequence: number) => {
    const { ssrc } = source.options;
    const bytes = kept.get(ssrc)?.get(sequence);
    if (!bytes) return;
    const count = repaired.get(ssrc) ?? 0;
    repaired.set(ssrc, count + 1);
    up.send(rtx ? repairOf(bytes, count < named ? rid : null, ssrc + 100, count & 0xffff) : bytes, now);
  };
  for (; now < 10_000; now += 1) {
    up.run(now);
    flush(now);
    publisher.onTime(now);
    for (const { ssrc, sequence } of told().nacks) {
      const rid = rids.find((each) => sources[each].options.ssrc === ssrc) as Rid;
      repeat(rid, sources[rid], sequence);
    }
    // The last second only mends.
    if (now % frameTime !== 0 || now > 9000) continue;
    for (const rid of rids) {
      const { ssrc } = sources[rid].options;
      const all = kept.get(ssrc) ?? new Map<number, Uint8Array>();
      kept.set(ssrc, all);
      for (const bytes of sources[rid].picture(now, { key: now === 0, packets: packetsOf[rid], size: 300 })) {
        all.set(parsed(bytes).sequenceNumber, bytes);
        up.send(bytes, now);
      }
    }
  }
  /** Cached packets that are not as they were published; there is an up track an encoding. */
  const wrong = publisher.tracks.flatMap(({ ssrc, cache, last }) => {
    const faults: string[] = [];
    for (let sequence = last - cache.capacity + 1; sequence <= last; sequence += 1) {
      const bytes = kept.get(ssrc)?.get(sequence & 0xffff) as Uint8Array;
      const slot = cache.find(sequence);
      const at = cache.payloadOffset(slot);
      const length = cache.payloadLength(slot);
      const { payloadOffset, timestamp } = parsed(bytes);
      const same =
        slot >= 0 &&
        cache.timestamp(slot) === timestamp &&
        Buffer.compare(memory.u8.subarray(at, at + length), bytes.subarray(payloadOffset)) === 0;
      if (!same) faults.push(`${ssrc}: ${sequence}`);
    }
    return faults;
  });
  return { publisher, up, wrong, repaired };
}

describe('simulcast over a path that loses 5 %', () => {
  it.each([
    ['as RTX, each packet of which names its encoding', { seed: 11, rtx: true }],
    ['as RTX, known by its SSRC later', { seed: 12, rtx: true, named: 8 }],
    ['as it was', { seed: 13, rtx: false }],
  ])('has every encoding mended, %s', (_, options) => {
    const { publisher, up, wrong, repaired } = play(options);
    expect(publisher.tracks.length).toBe(3);
    expect(up.lost).toBeGreaterThan(100);
    expect([...repaired.values()].every((count) => count > 15)).toBe(true);
    expect(wrong).toEqual([]);
    for (const { nack, epoch, reception } of publisher.tracks) {
      expect(nack).toMatchObject({ size: 0, abandoned: 0 });
      expect(epoch).toBe(0);
      if (options.rtx) expect(reception.recovered).toBeGreaterThan(15);
    }
    expect(publisher.dropped).toBe(0);
  });
});
