import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { soak, trends } from '../../bench/lib/soak.mjs';

const server = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const viewers = 6;
const rate = 120;
/** s */
const load = { viewers, seconds: 56, interval: 2, settled: 20 };
const mib = 2 ** 20;
/**
 * What is kept of each packet or each frame would come to more within the 36 s that count: 26,000 packets of 1,200 bytes
 * are 30 MiB. What V8 moves by is a third of that.
 */
const mostGrowth = 10 * mib;
/** A queue that does not drain delays by seconds; a busy machine by some hundredths. Median, ms. */
const mostDelay = 250;

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

  expect(found['media process, resident'].line.growth).toBeLessThan(mostGrowth);
  expect(found['control process, resident'].line.growth).toBeLessThan(mostGrowth);
  expect(found['delay, median'].line.growth).toBeLessThan(mostDelay);
}, 75_000);
