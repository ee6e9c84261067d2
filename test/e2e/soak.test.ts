import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { soak, trends } from '../../bench/lib/soak.mjs';
import { soak as churn, verdict } from '../../chaos/lib/soak.mjs';

const server = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const viewers = 6;
const rate = 600;
/** s. */
const load = { viewers, seconds: 22, interval: 2, settled: 10, collects: true };
const mib = 2 ** 20;
/** In the 12 s that count 43,200 packets are forwarded: some 60 bytes kept of each would be more than this. */
const mostLiveGrowth = 2.5 * mib;
/** Their payloads would be 49 MiB. The rest is what V8 may let its young generation grow by. */
const mostResidentGrowth = 40 * mib;
/** A queue that does not drain delays by seconds; a busy machine by some hundredths. Median, ms. */
const mostDelayGrowth = 250;

// Of servers of their own, and mostly waited for.
describe.concurrent('under load', () => {
  it('keeps its memory and its delay under a steady load', async () => {
    const options = { rate, size: 1200, server, peers: 'datachannel' as const };
    const result = await soak(options, load);
    const found = trends(result);

    const tallies = result.samples.map(({ tally }) => tally);
    const total = (name: 'packets' | 'expected' | 'damaged' | 'timed') =>
      tallies.reduce((sum, tally) => sum + tally[name], 0);
    expect(total('damaged')).toBe(0);
    expect(total('timed')).toBe(total('packets'));
    expect(total('packets')).toBeGreaterThan(viewers * rate * load.seconds * 0.9);
    expect(total('expected') - total('packets')).toBeLessThan(total('expected') * 0.01);

    const [before, after] = result.live;
    expect(after!.media - before!.media).toBeLessThan(mostLiveGrowth);
    expect(after!.control - before!.control).toBeLessThan(mostLiveGrowth);
    expect(found['media process, resident'].line.growth).toBeLessThan(mostResidentGrowth);
    expect(found['control process, resident'].line.growth).toBeLessThan(mostResidentGrowth);
    expect(found['delay, median'].line.growth).toBeLessThan(mostDelayGrowth);
  }, 60_000);

  it('keeps nothing of clients that come and go, are killed, and lose their media process', async () => {
    const result = await churn({ seconds: 10, rate: 6, period: 10, seed: 3, killEvery: 6, most: 8 });
    expect(verdict(result)).toEqual([]);
    expect(result.done).toMatchObject({ killMedia: 1 });
    const [{ joins }] = result.periods as [(typeof result.periods)[0]];
    expect(joins.publish.count + joins.play.count).toBeGreaterThan(3);
  }, 120_000);
});
