import { describe, expect, it } from 'vitest';
import { type Census, leaks, metric } from '../../../chaos/lib/census.mjs';
import { type Soak, trends, verdict } from '../../../chaos/lib/soak.mjs';

const mib = 2 ** 20;

function census(
  changes: { descriptors?: number; timers?: number; heap?: number; rss?: number } = {},
): Census {
  const { descriptors = 30, timers = 4, heap = 20 * mib, rss = 90 * mib } = changes;
  const each = [{ pid: 1, heap, rss }];
  const counts = { processes: 1, descriptors, timers, heap, rss, each };
  return { roles: { control: counts }, held: { sessions: 0, publishers: 0 } };
}

describe('leaks', () => {
  it('are what is more than before', () => {
    expect(leaks(census(), census())).toEqual([]);
    expect(leaks(census(), census({ descriptors: 31, timers: 5, heap: 30 * mib }))).toEqual([
      'control: descriptors 30 → 31',
      'control: timers 4 → 5',
      'control: heap grown by 10.0 MiB',
    ]);
    const left = { ...census(), held: { sessions: 2, publishers: 0 } };
    expect(leaks(census(), left)).toEqual(['sessions: 0 → 2']);
  });

  it('are not what is less, nor a process that was not needed before', () => {
    const { roles, held } = census({ descriptors: 29 });
    expect(leaks(census(), { roles: { ...roles, egress: roles.control }, held } as Census)).toEqual([]);
  });
});

it('sums the series of a metric, and of no other', () => {
  const text = '# HELP a x\na{index="0",kind="b"} 2\na{index="1",kind="c"} 3\na_total 7\nb 1\n';
  expect(metric(text, 'a')).toBe(5);
  expect(metric(text, 'a', 'kind="c"')).toBe(3);
  expect(metric(text, 'a_total')).toBe(7);
  expect(metric(text, 'nothing')).toBe(0);
});

describe('a soak', () => {
  const soak = (grown: (at: number) => Parameters<typeof census>[0], delay = 0): Soak => ({
    settled: 100,
    done: {},
    wrong: [],
    drops: {},
    periods: Array.from({ length: 20 }, (_, index) => {
      const at = (index + 1) * 100;
      const times = { count: 50, p50: 50 + delay * at, p95: 90 + delay * at };
      return {
        at,
        census: census(grown(at)),
        left: {},
        joins: { publish: times, play: times },
        cpu: 0.1,
        busy: 0.5,
      };
    }),
  });
  const sawtooth = (at: number) => ((at / 100) % 3) * mib;

  it('with nothing but a sawtooth is right', () => {
    expect(
      verdict(soak((at) => ({ rss: 90 * mib + sawtooth(at), heap: 20 * mib + sawtooth(at) / 3 }))),
    ).toEqual([]);
  });

  it('is wrong when memory or times to join rise', () => {
    const leaking = soak((at) => ({ rss: (90 + at / 50) * mib, heap: (20 + at / 500) * mib }));
    expect(verdict(leaking)).toEqual(['it rises: control, rss', 'it rises: control, heap']);
    expect(Object.entries(trends(soak(() => ({}), 0.2))).filter(([, one]) => one.rising)).toHaveLength(4);
  });

  it('is wrong when a descriptor is left, a session, or somebody was told something wrong', () => {
    const result = soak((at) => ({ descriptors: at === 2000 ? 31 : 30 }));
    result.periods[3]!.left = { sessions: 1 };
    result.wrong.push('FAILED: Failed by ICE timeout');
    expect(verdict(result)).toEqual([
      'FAILED: Failed by ICE timeout',
      'at 400 s still there: sessions: 1',
      'at 2000 s: control: descriptors 30 → 31',
    ]);
  });
});
