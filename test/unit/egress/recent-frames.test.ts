import { describe, expect, it } from 'vitest';
import { RecentFrames } from '../../../src/egress/intake/recent-frames.js';
import type { MediaFrame } from '../../../src/media/index.js';

const frame = (kind: 'audio' | 'video', time: number, key = kind === 'audio', size = 10): MediaFrame => ({
  kind,
  key,
  time,
  timestamp: time,
  data: new Uint8Array(size),
  discontinuity: false,
});

function filled(...frames: readonly MediaFrame[]): RecentFrames {
  const recent = new RecentFrames();
  for (const one of frames) recent.add(one, one.time);
  return recent;
}

const times = (recent: RecentFrames, now: number) => recent.sinceKeyFrame(now).map(({ time }) => time);

describe('RecentFrames', () => {
  it('keeps nothing before the first key frame of a picture', () => {
    const recent = filled(frame('video', 1), frame('audio', 2));
    expect([times(recent, 3), recent.size]).toEqual([[], 0]);
  });

  it('begins anew with each key frame, with the sound of its moment that came before it', () => {
    const recent = filled(frame('video', 10, true), frame('audio', 11), frame('video', 43));
    recent.add(frame('audio', 90), 92);
    recent.add(frame('audio', 70), 93);
    recent.add(frame('video', 80, true), 94);
    recent.add(frame('video', 113), 120);
    expect(times(recent, 130)).toEqual([90, 80, 113]);
    expect(recent.size).toBe(30);
  });

  it('is of no use after 3 s, and lets go of all of it with the next frame', () => {
    const recent = filled(frame('video', 0, true), frame('video', 3000));
    expect(times(recent, 3000)).toEqual([0, 3000]);
    expect(times(recent, 3001)).toEqual([]);
    recent.add(frame('video', 3001), 3001);
    expect(recent.size).toBe(0);
  });

  it('lets go of what is too large', () => {
    const recent = filled(frame('video', 0, true, 4 << 20), frame('video', 1, false, 4 << 20));
    expect(recent.size).toBe(8 << 20);
    recent.add(frame('audio', 2), 2);
    expect([recent.size, times(recent, 2)]).toEqual([0, []]);
  });

  it('lets go of what is too many', () => {
    const recent = filled(frame('video', 0, true));
    for (let at = 1; at < 2048; at += 1) recent.add(frame('audio', at / 1000, true, 0), 1);
    expect(times(recent, 1)).toHaveLength(2048);
    recent.add(frame('audio', 3, true, 0), 3);
    expect(times(recent, 3)).toEqual([]);
  });

  it('gives a list of its own', () => {
    const recent = filled(frame('video', 0, true));
    const given = recent.sinceKeyFrame(1);
    recent.add(frame('video', 1), 1);
    expect(given).toHaveLength(1);
  });
});
