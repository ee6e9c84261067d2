import { describe, expect, it } from 'vitest';
import { ridPacket, vp8Payload } from '../support/encoding-source.js';
import { senderReport } from '../support/rtcp.js';
import { setUpSimulcast } from '../support/simulcast-bench.js';

const payload = (key: boolean) => vp8Payload({ key }, true, 5, 6, { width: 64, height: 32 });

describe('a publisher of several encodings', () => {
  it('has an up track for each, from its first packet on, and memory only then', () => {
    const { publisher, memory, send } = setUpSimulcast();
    const before = memory.blocks.size;
    expect(publisher.tracks.map(({ index }) => index)).toEqual([0]);
    send('f', 10, { key: true });
    expect(publisher.tracks.map(({ index }) => index)).toEqual([0, 2]);
    send('q', 20, { key: true });
    send('h', 30, { key: true });
    expect(publisher.tracks.map(({ index, ssrc, packets }) => [index, ssrc, packets])).toEqual([
      [0, 1, 2],
      [2, 3, 2],
      [1, 2, 2],
    ]);
    expect(memory.blocks.size).toBe(before + 2);
    publisher.close();
    expect(memory.blocks.size).toBe(before - 1);
    send('f', 40);
  });

  it('knows an encoding by its SSRC once it has named itself', () => {
    const { publisher, sources, arrive } = setUpSimulcast();
    const { ssrc } = sources.h.options;
    arrive(ridPacket({ rid: null, ssrc }, 1, 0, true, payload(true)), 0);
    expect(publisher.dropped).toBe(1);
    arrive(ridPacket({ rid: 'h', ssrc }, 2, 0, true, payload(true)), 0);
    arrive(ridPacket({ rid: null, ssrc }, 3, 0, true, payload(false)), 0);
    expect(publisher.tracks[1]).toMatchObject({ ssrc, packets: 2 });
  });

  it('takes a new SSRC of one encoding for a new start of that one alone', () => {
    const { publisher, sources, send, arrive } = setUpSimulcast();
    for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true });
    for (const sequence of [1, 2, 3, 4])
      arrive(ridPacket({ rid: 'h', ssrc: 77 }, sequence, 0, true, payload(true)), 10);
    expect(publisher.tracks.map(({ epoch, ssrc }) => [epoch, ssrc])).toEqual([
      [0, sources.q.options.ssrc],
      [1, 77],
      [0, sources.f.options.ssrc],
    ]);
  });

  it('asks that encoding for a key frame which needs one', () => {
    const { publisher, send, told } = setUpSimulcast();
    for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true });
    publisher.requestKeyFrame(10, publisher.tracks[2]);
    publisher.requestKeyFrame(10, publisher.tracks[0]);
    expect(told().plis).toEqual([3, 1]);
    publisher.requestKeyFrame(500, publisher.tracks[2]);
    expect(told().plis).toEqual([]);
    publisher.requestKeyFrame(2000);
    expect(told().plis.sort()).toEqual([1, 2, 3]);
  });

  it('is as large as the largest encoding that is being sent', () => {
    const { publisher, sizes, send } = setUpSimulcast();
    send('q', 0, { key: true });
    send('f', 10, { key: true });
    send('h', 20, { key: true });
    expect(sizes).toEqual(['160x90', '640x360']);
    for (let now = 100; now < 4000; now += 100) {
      send('q', now);
      send('h', now);
      publisher.onTime(now);
    }
    expect(sizes).toEqual(['160x90', '640x360', '320x180']);
    send('f', 4000, { key: true });
    publisher.onTime(5000);
    expect(sizes.at(-1)).toBe('640x360');
  });

  it('gives each the clock of its own sender reports', () => {
    const { publisher, send, rtcp } = setUpSimulcast();
    for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true });
    rtcp(senderReport(2, 1000, 0, 5), 10);
    expect(publisher.tracks.map(({ clock }) => clock.isKnown)).toEqual([false, true, false]);
  });

  it('is brought down by nothing that a hostile one sends', () => {
    const { publisher, memory, arrive, send, flush, watch } = setUpSimulcast();
    const { viewer, taken } = watch(0);
    for (const rid of ['q', 'h', 'f'] as const) send(rid, 0, { key: true });
    const blocks = memory.blocks.size;
    // A thousand SSRCs, RIDs that change, SSRCs that meet, names nobody agreed on and of any length.
    const rids = ['q', 'h', 'f', 'x', '', 'qq', 'q'.repeat(16), null];
    for (let index = 0; index < 4000; index += 1) {
      const rid = rids[index % rids.length] as string | null;
      const ssrc = index % 3 === 0 ? 1 + (index % 5) : 1000 + (index % 1000);
      arrive(
        ridPacket({ rid: rid === '' ? null : rid, ssrc }, index * 7, index, false, payload(index % 11 === 0)),
        index,
      );
      flush(index);
      if (index % 100 === 0) {
        viewer.onTime(index);
        publisher.onTime(index);
      }
    }
    expect(publisher.tracks.length).toBe(3);
    expect(memory.blocks.size).toBe(blocks);
    expect(publisher.dropped).toBeGreaterThan(500);
    const indexes = taken().map(({ index }) => index);
    expect(new Set(indexes).size).toBe(indexes.length);
  });
});
