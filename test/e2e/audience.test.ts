import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildAudience } from '../../bench/lib/audience.mjs';
import { PeerProcess } from '../../bench/lib/peer-process.mjs';
import { Stage } from '../../bench/lib/stage.mjs';
import { measureTraffic } from '../../bench/lib/traffic.mjs';

const server = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const track = { rate: 120, size: 1000 };
const options = { ...track, server, peers: 'c' as const };
const canBuild = await buildAudience().then(
  () => true,
  () => false,
);
const timeout = 20_000;

// The benchmark's viewers are only worth something if they notice what is wrong.
it.runIf(canBuild)('counts what viewers get, and what is not what was sent', async () => {
  await Stage.with({ ...options, streams: 2 }, async (stage) => {
    await stage.addViewers(3);
    // Expects the bytes of another stream.
    const misled = new PeerProcess('audience.mjs');
    try {
      const streams = [{ name: 'bench-0', seed: 1, group: 0, count: 1 }];
      await misled.call('start', { client: stage.server.client, streams, ...track }, timeout);
      stage.audience.push(misled);
      const traffic = await measureTraffic(stage, 2, 1);
      expect(traffic.viewers).toBe(7);
      expect(traffic.deliveredRatio).toBe(1);
      expect(traffic.checks.duplicates).toBe(0);
      expect(traffic.checks.misnumbered).toBe(0);

      const { damaged, compared, misnumbered } = await misled.call('report', {}, timeout);
      expect(damaged).toBe(compared);
      expect(compared).toBeGreaterThanOrEqual(2 * track.rate);
      expect(misnumbered).toBe(0);
      expect(traffic.checks.damaged).toBe(damaged);
    } finally {
      await misled.close();
    }
  });
});
