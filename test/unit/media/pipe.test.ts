import { describe, expect, it } from 'vitest';
import { parsed } from './support/packets.js';
import { openPipe } from './support/pipe-bench.js';
import { begin, end, mediaEnd } from './support/play.js';
import { type PathOptions, Simulation } from './support/simulation.js';
import { wallClock } from './support/synthetic-publisher.js';

const loopback: PathOptions = { roundTrip: 1 };
const near: PathOptions = { roundTrip: 4 };

/** A stream that is led through a pipe half a second after it began, and viewers at both ends. */
function play(seed: number, path: PathOptions, up: PathOptions = { roundTrip: 40 }) {
  const simulation = new Simulation({ seed, until: mediaEnd, keyInterval: 2000 }, up);
  simulation.run(begin + 500);
  const { far, pipe } = openPipe(simulation, seed + 50, path);
  simulation.run(begin + 600);
  const receivers = [simulation.join(seed + 100, near, {}, far), simulation.join(seed + 200, near)];
  simulation.run(end);
  return { simulation, far, pipe, receivers, source: simulation.source };
}

describe('a stream led through a pipe', () => {
  it('arrives as it was sent, with nothing asked for', () => {
    const { receivers, source, far } = play(31, loopback);
    for (const receiver of receivers) {
      for (const kind of ['video', 'audio'] as const) {
        const { received, unrecovered, wrong } = receiver[kind].compare(source[kind]);
        expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
        expect(received).toBeGreaterThan(400);
      }
      expect(receiver.plis).toBe(0);
    }
    expect(source.keyFramesAskedAt).toEqual([]);
    expect(far.tracks.map(({ nacksSent, epoch }) => [nacksSent, epoch])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(far.dropped).toBe(0);
  });

  it.each([0.02, 0.1, 0.3])('is mended where the pipe loses %d of it', (loss) => {
    const { receivers, source, far, pipe } = play(1000 * loss, { roundTrip: 1, loss });
    const { received, unrecovered, wrong } = receivers[0]!.video.compare(source.video);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(received).toBeGreaterThan(400);
    expect(far.tracks[0]!.nacksSent).toBeGreaterThan(400 * loss);
    expect(pipe.dropped).toBe(0);
    // What is lost on loopback costs its publisher nothing, unless a viewer comes while the first key frame is mended.
    expect(source.nacked).toBe(0);
    expect(source.keyFramesAskedAt.length).toBeLessThanOrEqual(loss > 0.2 ? 1 : 0);
  });

  it('is mended where the publisher’s own path loses some of it', () => {
    const { receivers, source } = play(77, loopback, { roundTrip: 150, loss: 0.05, jitter: 10 });
    for (const receiver of receivers) {
      const { unrecovered, wrong } = receiver.video.compare(source.video);
      expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    }
  });

  it('starts with the key frame that has passed, at once and on the publisher’s clock', () => {
    const simulation = new Simulation({ seed: 5, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 1000);
    const { far, nearSink } = openPipe(simulation, 55, loopback);
    expect(nearSink.sent).toEqual([]);
    simulation.run(begin + 1040);
    const [up, copy] = [simulation.publisher.tracks[0]!, far.tracks[0]!];
    expect(copy.keyFrames).toBe(1);
    expect(copy.last & 0xffff).toBe(up.last & 0xffff);
    expect(copy.lastTimestamp).toBe(up.lastTimestamp);
    expect(copy.size).toEqual(up.size);
    expect(copy.hasStart(simulation.now)).toBe(true);
    // So a viewer there needs none of its own.
    const receiver = simulation.join(500, near, {}, far);
    simulation.run(begin + 1100);
    expect(receiver.video.packets.size).toBeGreaterThan(0);
    expect(simulation.source.keyFramesAskedAt).toEqual([]);
  });

  it('asks for a key frame when the last one is getting old', () => {
    const simulation = new Simulation({ seed: 6, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 2000);
    openPipe(simulation, 55, loopback);
    simulation.run(begin + 2500);
    expect(simulation.source.keyFramesAskedAt).toHaveLength(1);
  });

  it('asks for one when a viewer comes to a pipe that has none to start with', () => {
    const simulation = new Simulation({ seed: 7, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 5000);
    const { far } = openPipe(simulation, 55, loopback);
    simulation.run(begin + 5500);
    expect(simulation.source.keyFramesAskedAt).toHaveLength(0);
    const receiver = simulation.join(500, near, {}, far);
    simulation.run(begin + 6000);
    expect(simulation.source.keyFramesAskedAt).toHaveLength(1);
    expect(receiver.video.compare(simulation.source.video)).toMatchObject({ unrecovered: 0, wrong: 0 });
    expect(receiver.video.packets.size).toBeGreaterThan(20);
  });

  it('brings the publisher one key frame request a second from viewers at both ends', () => {
    const simulation = new Simulation({ seed: 8, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 100);
    const { far } = openPipe(simulation, 55, loopback);
    const receivers = [simulation.join(500, near, {}, far), simulation.join(600, near)];
    for (let now = begin + 500; now <= mediaEnd; now += 50) {
      simulation.run(now);
      for (const receiver of receivers) receiver.askForKeyFrame(now);
    }
    const { keyFramesAskedAt } = simulation.source;
    const steps = keyFramesAskedAt.slice(1).map((time, index) => time - keyFramesAskedAt[index]!);
    expect(keyFramesAskedAt.length).toBeGreaterThan(8);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(999);
  });

  it('goes on through a publisher’s new start', () => {
    const simulation = new Simulation({ seed: 9, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 500);
    const { far } = openPipe(simulation, 55, loopback);
    simulation.run(begin + 600);
    const receiver = simulation.join(500, near, {}, far);
    simulation.run(begin + 4000);
    simulation.source.restart();
    simulation.run(end);
    expect(far.tracks.map(({ epoch }) => epoch)).toEqual([1, 1]);
    expect(simulation.source.keyFramesAskedAt.length).toBeLessThanOrEqual(3);
    const last = parsed(receiver.video.packets.get(receiver.video.highest)!);
    const made = parsed(simulation.source.video.packets.at(-1)!.bytes);
    expect(last.payloadLength).toBe(made.payloadLength);
  });

  it('keeps audio and video as far apart as they were made', () => {
    const { receivers, source } = play(21, loopback);
    for (const kind of ['video', 'audio'] as const) {
      const track = receivers[0]![kind];
      const { rtp, ntp } = track.clock ?? { rtp: 0, ntp: 0 };
      const packet = parsed(track.packets.get(track.highest)!);
      const shown = ntp + ((packet.timestamp - rtp) | 0) / source[kind].options.clockRate;
      const made = (wallClock + source[kind].packets.at(-1)!.capturedAt) / 1000 + 2_208_988_800;
      expect(Math.abs(shown - made)).toBeLessThan(0.001);
    }
  });

  it('tells the far side its clocks with the first packets, not a second later', () => {
    const simulation = new Simulation({ seed: 10, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 500);
    const { far } = openPipe(simulation, 55, loopback);
    simulation.run(begin + 600);
    expect(far.tracks.map(({ clock }) => clock.isKnown)).toEqual([true, true]);
  });

  it('leaves the feed when it closes', () => {
    const simulation = new Simulation({ seed: 11, until: mediaEnd }, { roundTrip: 40 });
    simulation.run(begin + 500);
    const { pipe } = openPipe(simulation, 55, loopback);
    expect(simulation.publisher.feed.readerCount).toBe(1);
    pipe.close();
    expect(simulation.publisher.feed.readerCount).toBe(0);
  });
});
