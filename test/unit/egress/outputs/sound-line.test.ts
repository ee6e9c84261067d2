import { describe, expect, it } from 'vitest';
import { SoundLine } from '../../../../src/egress/outputs/sound-line.js';

const STEP = 20;

/** A line, and what came out: times, those of silence below 0. */
function makeLine(waits = true) {
  const out: number[] = [];
  const line = new SoundLine(
    STEP,
    waits,
    () => Uint8Array.of(0),
    (time, [sound]) => out.push(sound === 0 ? -time : time),
  );
  return { line, out, sound: (time: number) => line.push(time, Uint8Array.of(1)) };
}

function times(from: number, to: number, sign = 1): number[] {
  const list = [];
  for (let time = from; time < to; time += STEP) list.push(sign * time);
  return list;
}

describe('SoundLine', () => {
  it('passes frames on as they come', () => {
    const { line, out, sound } = makeLine();
    line.advance(100);
    for (const time of [100, 121, 139, 160]) sound(time);
    expect(out).toEqual([100, 121, 139, 160]);
  });

  it('keeps what came before the first picture, and leaves out what is of before', () => {
    const { line, out, sound } = makeLine();
    for (const time of [60, 80, 100, 120]) sound(time);
    expect(out).toEqual([]);
    line.advance(95);
    expect(out).toEqual([100, 120]);
  });

  it('keeps no more than 256 of those', () => {
    const { line, out, sound } = makeLine();
    for (let index = 0; index < 300; index += 1) sound(index * STEP);
    line.advance(0);
    expect(out.filter((time) => time > 0)).toHaveLength(256);
  });

  it('begins with silence where sound begins later than the picture', () => {
    const { line, out, sound } = makeLine();
    line.advance(100);
    sound(200);
    sound(220);
    expect(out).toEqual([-100, -120, -140, -160, -180, 200, 220]);
  });

  it('does not wait for a picture where there is none', () => {
    const { out, sound } = makeLine(false);
    sound(500);
    expect(out).toEqual([500]);
  });

  it('fills gaps, and leaves out what overlaps', () => {
    const { line, out, sound } = makeLine();
    line.advance(0);
    for (const time of [0, 60, 69, 80]) sound(time);
    expect(out).toEqual([0, -20, -40, 60, 80].map((time) => time + 0));
  });

  it('is silent where no sound comes: from 1.5 s on, then 700 ms behind the picture', () => {
    const { line, out } = makeLine();
    for (let time = 0; time < 1500; time += 100) line.advance(time);
    expect(out).toEqual([]);
    line.advance(1500);
    expect(out).toEqual(times(0, 800, -1));
    line.advance(1600);
    expect(out).toEqual(times(0, 900, -1));
  });

  it('waits longer once all sound comes late, instead of silencing it for ever', () => {
    const { line, out, sound } = makeLine();
    // The picture is 2 s ahead of all sound.
    for (let time = 0; time < 6000; time += STEP) {
      line.advance(time);
      if (time >= 2000) sound(time - 2000);
    }
    const heard = out.filter((time) => time > 0);
    expect(heard[0]).toBeLessThan(1400);
    expect(heard).toEqual(times(heard[0]!, 4000));
    expect(out.map(Math.abs)).toEqual(times(0, 4000));
  });

  it('does not fill more than 10 s', () => {
    const { line, out, sound } = makeLine();
    line.advance(0);
    sound(0);
    sound(60_000);
    expect(out).toEqual([0, 60_000]);
  });
});
