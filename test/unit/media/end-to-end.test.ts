import { describe, expect, it } from 'vitest';
import { parsed } from './support/packets.js';
import { begin, comparisons, end, mediaEnd, play } from './support/play.js';
import { Simulation } from './support/simulation.js';
import { wallClock } from './support/synthetic-publisher.js';
import type { SyntheticReceiver } from './support/synthetic-receiver.js';

describe('a stream over a bad path', () => {
  it('survives bursts of loss', () => {
    const run = play(7, { roundTrip: 100, jitter: 20, burst: { begin: 0.01, end: 0.15 } });
    for (const { unrecovered, wrong } of comparisons(run))
      expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(run.source.repeated).toBeGreaterThan(50);
  });

  it('survives heavy reordering, and asks for little of it', () => {
    const run = play(9, { roundTrip: 50, reorder: { probability: 0.3, by: 7 } });
    for (const { unrecovered, wrong } of comparisons(run))
      expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(run.source.nacked).toBeLessThan(20);
  });

  it('goes on after an outage too long to mend', () => {
    const simulation = new Simulation({ seed: 3, until: begin + 12_000 }, { roundTrip: 60 });
    const receivers = [1, 2, 3].map((seed) => simulation.join(seed * 10, { roundTrip: 60, loss: 0.02 }));
    simulation.run(begin + 2000);
    simulation.cutOff(true);
    simulation.run(begin + 7000);
    simulation.cutOff(false);
    simulation.run(begin + 16_000);
    const { source, publisher } = simulation;
    expect(publisher.keyFrameRequests).toBeGreaterThan(1);
    expect(publisher.keyFrameRequests).toBeLessThanOrEqual(8);
    for (const receiver of receivers) {
      const { received, unrecovered, wrong } = receiver.video.compare(source.video);
      expect(wrong).toBe(0);
      // Five seconds of some 115 packets are gone; what came before and after is there.
      expect(unrecovered).toBeLessThan(700);
      expect(received).toBeGreaterThan(700);
      expect(received + unrecovered).toBe(source.video.packets.length);
      expect(receiver.plis).toBeGreaterThan(0);
    }
  });

  it('brings the publisher one request a second however many viewers ask how often', () => {
    const simulation = new Simulation({ seed: 4, until: mediaEnd }, { roundTrip: 40 });
    const receivers = [1, 2, 3, 4, 5].map((seed) => simulation.join(seed * 10, { roundTrip: 40, loss: 0.2 }));
    for (let now = begin; now <= mediaEnd; now += 50) {
      simulation.run(now);
      for (const receiver of receivers) receiver.askForKeyFrame(now);
    }
    const { keyFramesAskedAt } = simulation.source;
    const steps = keyFramesAskedAt.slice(1).map((time, index) => time - (keyFramesAskedAt[index] as number));
    expect(keyFramesAskedAt.length).toBeGreaterThan(8);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1000);
    expect(receivers.every(({ plis }) => plis > 200)).toBe(true);
  });

  it('continues through a publisher’s new start without a break in numbers or time', () => {
    const path = { roundTrip: 60, loss: 0.03, jitter: 5 };
    const simulation = new Simulation({ seed: 5, until: mediaEnd }, path);
    const receiver = simulation.join(50, path);
    simulation.run(begin + 4000);
    simulation.source.restart();
    simulation.run(begin + 7000);
    simulation.source.restart();
    simulation.run(end);
    expect(simulation.publisher.tracks.map(({ epoch }) => epoch)).toEqual([2, 2]);
    expect(simulation.publisher.keyFrameRequests).toBeLessThanOrEqual(10);
    const { missing, backwards, longest } = biggestSteps(receiver);
    // Of what is lost in the last round trip of a source nothing is left to send again.
    expect(missing).toBeLessThanOrEqual(4);
    expect(backwards).toBe(0);
    expect(longest).toBeLessThan(1);
  });
});

/** Walks through video and audio by number: what is missing, how often time runs back, its longest step, s. */
function biggestSteps(receiver: SyntheticReceiver) {
  let missing = 0;
  let backwards = 0;
  let longest = 0;
  for (const [track, rate] of [
    [receiver.video, 90_000],
    [receiver.audio, 48_000],
  ] as const) {
    let before = -1;
    for (let index = track.first; index <= track.highest; index += 1) {
      const bytes = track.packets.get(index);
      if (!bytes) {
        missing += 1;
        continue;
      }
      const { timestamp } = parsed(bytes);
      const step = before < 0 ? 0 : (timestamp - before) | 0;
      if (step < 0) backwards += 1;
      longest = Math.max(longest, step / rate);
      before = timestamp;
    }
  }
  return { missing, backwards, longest };
}

describe('audio and video', () => {
  it('are as far apart at the viewer as they were made, whatever the path does to the reports', () => {
    const run = play(21, { roundTrip: 150, jitter: 60, loss: 0.02 });
    for (const receiver of [run.far, run.near]) {
      for (const [track, source] of [
        [receiver.video, run.source.video],
        [receiver.audio, run.source.audio],
      ] as const) {
        const { rtp, ntp } = track.clock ?? { rtp: 0, ntp: 0 };
        const packet = parsed(track.packets.get(track.highest) as Uint8Array);
        const shown = ntp + ((packet.timestamp - rtp) | 0) / source.options.clockRate;
        const made = (wallClock + (source.packets.at(-1)?.capturedAt ?? 0)) / 1000 + 2_208_988_800;
        expect(Math.abs(shown - made)).toBeLessThan(0.001);
      }
    }
  });
});
