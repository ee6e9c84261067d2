import { describe, expect, it } from 'vitest';
import type { QualityRecord } from '../support/browser/sdk-page.js';
import { CAMERA_640 } from '../support/core-case.js';
import { useStage, withPages } from '../support/pair.js';

const OBSERVED_SECONDS = 30;

describe('the connection quality that the SDK works out', () => {
  const stage = useStage({ chromium: {} });

  it('is good on a clean path, for publisher and player, once a second', () =>
    withPages(stage(), stage().chromium, async ({ publisher, player }) => {
      const published = await publisher.publishing('quality', CAMERA_640);
      const played = await player.playing('quality');
      await new Promise((resolve) => setTimeout(resolve, 1000 * OBSERVED_SECONDS));
      for (const [who, updates] of [
        ['publisher', await published.qualities()],
        ['player', await played.qualities()],
      ] as const) {
        const told = `${who}: ${updates.map(line).join(', ')}`;
        expect(updates.length, told).toBeGreaterThanOrEqual(OBSERVED_SECONDS - 5);
        const good = updates.filter(({ quality }) => quality === 'PERFECT' || quality === 'GOOD');
        expect(good.length / updates.length, told).toBeGreaterThanOrEqual(0.95);
        const span = updates.at(-1)!.time - updates[0]!.time;
        expect(Math.abs(span / (updates.length - 1) - 1000), told).toBeLessThan(20);
        const differences = updates.map(({ clientRate, serverRate }) =>
          Math.abs(serverRate / clientRate - 1),
        );
        expect(differences.sort((a, b) => a - b)[updates.length >> 1], told).toBeLessThan(0.03);
      }
    }));
});

function line({ time, quality, clientRate, serverRate }: QualityRecord): string {
  return `${Math.round(time)} ms ${quality} ${Math.round(clientRate)}/${Math.round(serverRate)}`;
}
