import { describe, expect, it } from 'vitest';
import { ordinalOf, parsed } from './support/packets.js';
import { begin } from './support/play.js';
import type { ReceivedTrack } from './support/received-track.js';
import { Simulation } from './support/simulation.js';
import type { SyntheticPublisherOptions } from './support/synthetic-publisher.js';
import type { TrackSource } from './support/track-source.js';

const seconds = 30;
const path = { roundTrip: 120, jitter: 30, loss: 0.05 };

/** When a player would show the newest packet, less when it was captured, s on the clock of the reports; NaN while unknown. */
function shownAfterCapture(track: ReceivedTrack, source: TrackSource): number {
  const bytes = track.packets.get(track.highest);
  if (!bytes || !track.clock) return Number.NaN;
  const shown =
    track.clock.ntp + ((parsed(bytes).timestamp - track.clock.rtp) | 0) / source.options.clockRate;
  return shown - (source.packets[ordinalOf(bytes)]?.capturedAt ?? Number.NaN) / 1000;
}

/** How far apart audio and video of one moment are at the viewer, ms, second by second. */
function distances(
  options: Omit<SyntheticPublisherOptions, 'seed'>,
  act: (second: number, simulation: Simulation) => void = () => {},
): number[] {
  const simulation = new Simulation({ seed: 11, keyInterval: 2000, ...options }, path);
  const receiver = simulation.join(30, path);
  const { video, audio } = receiver;
  return Array.from({ length: seconds }, (_, second) => {
    act(second, simulation);
    simulation.run(begin + (second + 1) * 1000);
    const { source } = simulation;
    return 1000 * (shownAfterCapture(video, source.video) - shownAfterCapture(audio, source.audio));
  });
}

function worst(all: readonly number[], from = 0, to = seconds): number {
  const known = all.slice(from, to);
  expect(known.filter(Number.isNaN)).toEqual([]);
  return Math.max(...known.map(Math.abs));
}

describe.each([false, true])('audio and video of one moment, RTX: %s', (rtx) => {
  it('stay together through wraps of both timestamps', () => {
    expect(worst(distances({ rtx }), 2)).toBeLessThan(1);
  });

  it('stay together through a pause', () => {
    const all = distances({ rtx }, (second, { source }) => {
      source.paused = second >= 8 && second < 16;
    });
    expect(worst(all, 2)).toBeLessThan(1);
  });

  it('stay together through new starts of the encoders, as soon as their reports have come', () => {
    const all = distances({ rtx }, (second, { source }) => {
      if (second === 8 || second === 18) source.restart();
    });
    expect(worst(all, 2, 8)).toBeLessThan(1);
    expect(worst(all, 12, 18)).toBeLessThan(1);
    expect(worst(all, 22)).toBeLessThan(1);
  });
});

describe('a publisher that does not tell its clock', () => {
  it('has its media kept together by when they arrive', () => {
    const all = distances({ reportsFrom: Number.POSITIVE_INFINITY });
    expect(all.slice(0, 5).every(Number.isNaN)).toBe(true);
    expect(worst(all, 8)).toBeLessThan(40);
  });

  it('stays so through a pause and a new start', () => {
    const all = distances({ reportsFrom: Number.POSITIVE_INFINITY }, (second, { source }) => {
      source.paused = second >= 10 && second < 14;
      if (second === 18) source.restart();
    });
    expect(worst(all, 9, 18)).toBeLessThan(40);
    expect(worst(all, 26)).toBeLessThan(40);
  });

  it('is believed from when it tells late', () => {
    const all = distances({ reportsFrom: begin + 15_000 });
    expect(worst(all, 8, 15)).toBeLessThan(40);
    expect(worst(all, 18)).toBeLessThan(1);
  });
});
