import { describe, expect, it } from 'vitest';
import { comparisons, play } from './support/play.js';
import type { Simulation } from './support/simulation.js';

/** Retransmissions a packet forwarded. */
function overhead(simulation: Simulation, viewer: number): number {
  const tracks = simulation.viewers[viewer]?.viewer.tracks ?? [];
  const repeated = tracks.reduce((sum, { retransmitted }) => sum + retransmitted, 0);
  return repeated / (tracks.reduce((sum, { packets }) => sum + packets, 0) - repeated);
}

describe('a stream over a clean path', () => {
  it('arrives whole, with nothing asked for', () => {
    const run = play(1, { roundTrip: 60, jitter: 5 });
    for (const { received, unrecovered, wrong } of comparisons(run)) {
      expect(received).toBeGreaterThan(400);
      expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    }
    expect(run.source.nacked).toBe(0);
    expect(run.far.nacks + run.near.nacks + run.far.plis).toBe(0);
    expect(run.source.keyFramesAskedAt).toEqual([]);
    const sent = run.source.video.packets.length + run.source.audio.packets.length;
    expect(run.source.arrived.size).toBe(sent);
    expect(run.simulation.viewers[0]?.viewer.roundTrip).toBeGreaterThan(59);
    expect(run.simulation.viewers[0]?.viewer.roundTrip).toBeLessThan(75);
  });
});

describe.each([
  [20, false],
  [80, false],
  [200, false],
  [20, true],
  [100, true],
  [400, true],
] as const)('a stream over a path of %d ms, RTX: %s', (roundTrip, rtx) => {
  it.each([0, 0.01, 0.05, 0.1, 0.2])('that loses %d each way arrives as it was sent', (loss) => {
    const disorder = { jitter: 10, reorder: { probability: 0.02, by: 8 }, duplicate: 0.01 };
    const run = play(1000 * loss + roundTrip, { roundTrip, loss, ...disorder }, rtx);
    for (const { received, unrecovered, wrong } of comparisons(run)) {
      expect(wrong).toBe(0);
      expect(received).toBeGreaterThan(400);
      expect(unrecovered).toBeLessThanOrEqual(loss <= 0.05 ? 0 : 2);
    }
    expect(run.far.strange + run.near.strange).toBe(0);
    expect(run.simulation.publisher.keyFrameRequests).toBeLessThanOrEqual(loss <= 0.05 ? 2 : 5);
    const { source } = run;
    const sent = source.video.packets.length + source.audio.packets.length;
    expect(source.repeated / sent).toBeLessThan(0.02 + 3.5 * loss);
    expect(overhead(run.simulation, 0)).toBeLessThan(0.02 + 3 * loss);
    expect(overhead(run.simulation, 1)).toBeLessThan(0.02 + loss);
  });
});
