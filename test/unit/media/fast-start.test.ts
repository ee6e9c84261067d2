import { describe, expect, it } from 'vitest';
import { ordinalOf, parsed } from './support/packets.js';
import type { PathOptions } from './support/simulation.js';
import { Simulation } from './support/simulation.js';
import type { SyntheticReceiver } from './support/synthetic-receiver.js';

const begin = 1000;
const frameInterval = 1000 / 30;

/** A stream with a key frame every two seconds that a viewer joins at `joinAt`, ms since it began. */
function joinAt(at: number, path: PathOptions, { seed = 1, up = path } = {}) {
  const simulation = new Simulation({ seed, until: begin + at + 3000, keyInterval: 2000 }, up);
  simulation.run(begin + at);
  const { source, publisher } = simulation;
  const newestAtJoin = source.video.packets.length - 1;
  const viewer = simulation.join(seed + 100, path);
  simulation.run(begin + at + 8000);
  return { simulation, source, publisher, viewer, newestAtJoin };
}

/** How long after it was taken the picture of a packet came, beyond the way, ms. */
function delays(viewer: SyntheticReceiver, shift: number) {
  const { video } = viewer;
  return [...video.packets].map(([index, bytes]) => {
    const taken = begin + ((parsed(bytes).timestamp - shift) | 0) / 90;
    return { index, delay: (video.arrivals.get(index) as number) - taken };
  });
}

describe('a viewer that joins a stream', () => {
  const near: PathOptions = { roundTrip: 10 };

  it.each(
    Array.from({ length: 21 }, (_, step) => 20 + step * 99),
  )('%d ms after its key frame has its first frame at once and is live in a quarter of a second', (at) => {
    const { source, publisher, viewer, newestAtJoin } = joinAt(at, near);
    const { video } = viewer;
    expect(video.compare(source.video)).toMatchObject({ unrecovered: 0, wrong: 0 });
    expect(ordinalOf(video.packets.get(video.first) as Uint8Array)).toBe(0);
    expect(video.firstFrameAt - (begin + at)).toBeLessThanOrEqual(5);
    // What had been published by then has come after a quarter of a second, and all later in time.
    for (const [index, arrived] of video.arrivals) {
      const ordinal = index - video.first;
      const published = begin + (source.video.packets[ordinal]?.capturedAt as number);
      if (ordinal <= newestAtJoin) expect(arrived - (begin + at)).toBeLessThanOrEqual(250 + 5 + 5);
      else if (arrived > begin + at + 300) expect(arrived - published).toBeLessThanOrEqual(10.001);
    }
    // Nobody had to ask for anything, but for a new start in time when this one grows old.
    expect(viewer.plis + viewer.nacks).toBe(0);
    expect(publisher.keyFrameRequests).toBe(at > 1500 + 5 && at < 2000 + 5 ? 1 : 0);
  });

  it.each([100, 700, 1300, 1900])('%d ms after it gets each frame when its timestamp says', (at) => {
    const { source, viewer } = joinAt(at, near);
    const timestampAt = source.video.options.firstTimestamp;
    const all = delays(viewer, timestampAt).map(({ delay }) => delay);
    // 10 ms of the way, up to a tick for each frame, and what the time since the last frame is not known to.
    expect(Math.min(...all)).toBeGreaterThanOrEqual(10 - 1);
    expect(Math.max(...all)).toBeLessThanOrEqual(10 + 5 + 6);
  });

  it.each([
    0.01, 0.05, 0.1,
  ])('gets everything over paths that lose %d each way, at whatever point it joins', (loss) => {
    for (let at = 100; at < 2000; at += 270) {
      const path = { roundTrip: 40, loss, jitter: 4 };
      const { source, viewer } = joinAt(at, path, { seed: at });
      const { received, unrecovered, wrong } = viewer.video.compare(source.video);
      expect({ at, unrecovered, wrong }).toEqual({ at, unrecovered: 0, wrong: 0 });
      expect(received).toBeGreaterThan(200);
    }
  });

  it('gets what is still being mended when it joins, under the number and timestamp of its place', () => {
    const lossy = { roundTrip: 80, loss: 0.15, jitter: 4 };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { source, viewer } = joinAt(1000, near, { seed, up: lossy });
      const { unrecovered, wrong } = viewer.video.compare(source.video);
      expect({ seed, unrecovered, wrong }).toEqual({ seed, unrecovered: 0, wrong: 0 });
    }
  });

  it('has sound from the present, in time with the picture', () => {
    const { source, viewer } = joinAt(1500, near);
    const { audio, video } = viewer;
    const firstAudio = source.audio.packets[ordinalOf(audio.packets.get(audio.first) as Uint8Array)];
    expect(firstAudio?.capturedAt).toBeGreaterThanOrEqual(1500 - 20);
    for (const [track, from] of [
      [audio, source.audio],
      [video, source.video],
    ] as const) {
      const { rtp, ntp } = track.clock ?? { rtp: 0, ntp: 0 };
      const { timestamp } = parsed(track.packets.get(track.highest) as Uint8Array);
      const shown = ntp + ((timestamp - rtp) | 0) / from.options.clockRate;
      const taken = 1_800_000_000 + (from.packets.at(-1)?.capturedAt ?? 0) / 1000 + 2_208_988_800;
      expect(Math.abs(shown - taken)).toBeLessThan(0.001);
    }
  });

  it('waits for a key frame where that is switched off', () => {
    const simulation = new Simulation({ seed: 1, until: begin + 3000 }, near, { fastStart: false });
    simulation.run(begin + 1000);
    const viewer = simulation.join(100, { roundTrip: 10 });
    simulation.run(begin + 5000);
    const { video } = viewer;
    expect(simulation.source.keyFramesAskedAt).toHaveLength(1);
    expect(video.firstFrameAt - (begin + 1000)).toBeGreaterThan(10);
    expect(ordinalOf(video.packets.get(video.first) as Uint8Array)).toBeGreaterThan(50);
  });

  it('goes on at a key frame when the publisher starts anew while it catches up', () => {
    for (let after = 0; after <= 260; after += 20) {
      const simulation = new Simulation({ seed: 1, until: begin + 5000, keyInterval: 2000 }, near);
      simulation.run(begin + 1900);
      const { video, audio } = simulation.join(100, near);
      simulation.run(begin + 1900 + after);
      simulation.source.restart();
      simulation.run(begin + 8000);
      let before = parsed(video.packets.get(video.first) as Uint8Array).timestamp;
      let backwards = 0;
      for (let index = video.first; index <= video.highest; index += 1) {
        const bytes = video.packets.get(index);
        expect(bytes, `packet ${index}`).toBeDefined();
        const { timestamp } = parsed(bytes as Uint8Array);
        if (((timestamp - before) | 0) < 0) backwards += 1;
        before = timestamp;
      }
      expect(backwards).toBe(0);
      expect(audio.packets.size).toBeGreaterThan(130);
      const last = simulation.source.video.packets.at(-1)?.bytes as Uint8Array;
      expect(ordinalOf(video.packets.get(video.highest) as Uint8Array)).toBe(ordinalOf(last));
      expect((video.arrivals.get(video.highest) as number) - begin).toBeLessThan(5000 + frameInterval + 20);
    }
  });
});
