import { describe, expect, it } from 'vitest';
import { LimitedPath } from '../support/limited-path.js';
import { faultsOf, playSimulcast } from '../support/simulcast-play.js';

const rids = (changes: readonly { rid: string }[]) => changes.map(({ rid }) => rid);

describe('a viewer of simulcast', () => {
  it.each([
    [{}, 'f'],
    [{ width: 640, height: 360 }, 'f'],
    [{ width: 5000, height: 5000 }, 'f'],
    [{ width: 161, height: 91 }, 'h'],
    [{ width: 320 }, 'h'],
    [{ height: 90 }, 'q'],
    [{ width: 1, height: 1 }, 'q'],
  ])('that asks for %o is sent %s from the beginning', (size, rid) => {
    const { got, changes } = playSimulcast({ until: 4000, size });
    expect(rids(changes)).toEqual([rid]);
    expect(faultsOf(got)).toEqual([]);
  });

  it.each([
    ['with sender reports', true],
    ['without', false],
  ])('goes to the next best when an encoding is not sent any more, and back, %s', (_, reports) => {
    const sends = (rid: string, now: number) => rid !== 'f' || now < 4000 || now > 8000;
    const { got, changes } = playSimulcast({ until: 12_000, sends, reports });
    expect(rids(changes)).toEqual(['f', 'h', 'f']);
    expect(changes[1]?.at).toBeLessThan(5500);
    expect(changes[2]?.at).toBeLessThan(9500);
    // The pause that the publisher made: 1.3 s; everything else is without a break.
    expect(faultsOf(got).filter((fault) => !fault.includes('time jumps'))).toEqual([]);
  });

  it('tells the time by the publisher’s clock, exactly, after many changes', () => {
    const sends = (rid: string, now: number) => rid !== 'f' || Math.floor(now / 3000) % 2 === 0;
    const { seen, changes, bench } = playSimulcast({ until: 30_000, sends });
    expect(changes.length).toBeGreaterThan(6);
    // In the beginning the past is shown in fast motion.
    const live = seen.filter(({ at }) => at > 2000);
    const offsets = live.map(({ at, packet }) => (packet.timestamp - Math.round(at * 90)) | 0);
    for (const offset of offsets) expect(Math.abs(offset - (offsets[0] as number))).toBeLessThan(9);
    expect(bench.publisher.tracks.length).toBe(3);
  });

  it.each([
    [400_000, false, ['q', 'h']],
    [2_000_000, false, ['q', 'h', 'f']],
    [150_000, false, ['q']],
    [400_000, true, ['q', 'h']],
  ])('behind %d bit/s ends with what that carries (temporal layers: %s)', (capacity, temporal, allowed) => {
    const path = new LimitedPath(capacity);
    let before = { lost: 0, passed: 0 };
    const sends = (_: string, now: number) => {
      if (now < 30_000) before = { lost: path.lost, passed: path.passed };
      return true;
    };
    const { seen, got } = playSimulcast({ until: 90_000, path, temporal, sends });
    const late = seen.filter(({ at }) => at > 30_000);
    const best = allowed.at(-1);
    const share = late.filter(({ rid }) => rid === best).length / late.length;
    // Now and then it tries more.
    expect(share).toBeGreaterThan(0.8);
    const lost = path.lost - before.lost;
    expect(lost / (lost + path.passed - before.passed)).toBeLessThan(0.05);
    expect(got.length).toBeGreaterThan(1500);
  });

  it('tries ever more rarely what does not fit', () => {
    const path = new LimitedPath(250_000);
    const { changes } = playSimulcast({ until: 240_000, path });
    const tries = changes.filter(({ rid, at }) => rid !== 'q' && at > 10_000).map(({ at }) => at);
    expect(tries.length).toBeGreaterThan(1);
    expect(tries.length).toBeLessThan(8);
    const steps = tries.slice(1).map((at, index) => at - (tries[index] as number));
    expect(steps.at(-1) as number).toBeGreaterThan(steps[0] as number);
  });

  it('climbs back when the path widens', () => {
    const path = new LimitedPath(150_000);
    const sends = (_: string, now: number) => {
      if (now > 30_000) path.capacity = 5_000_000;
      return true;
    };
    const { seen } = playSimulcast({ until: 120_000, path, sends });
    expect(seen.some(({ at, rid }) => at > 15_000 && at < 30_000 && rid === 'f')).toBe(false);
    expect(seen.at(-1)?.rid).toBe('f');
  });

  it('with temporal layers, too, leaves no gap in numbers, times and pictures, whatever is left out', () => {
    for (const limit of [50_000, 120_000, 250_000, 700_000]) {
      const path = new LimitedPath(1e9);
      Object.defineProperty(path, 'estimate', { get: () => limit, set: () => {} });
      const { got, seen } = playSimulcast({ until: 40_000, path, temporal: true });
      expect(faultsOf(got)).toEqual([]);
      const late = seen.filter(({ at }) => at >= 20_000);
      const rate = late.reduce((sum, { packet }) => sum + packet.length * 8, 0) / 20;
      expect(rate, `limit ${limit}`).toBeLessThan(limit * 1.2);
      expect(rate, `limit ${limit}`).toBeGreaterThan(limit * 0.3);
    }
  });
});
