import { describe, expect, it } from 'vitest';
import { AnswerTime } from '../../../src/media/nack/answer-time.js';

function timeAfter(...samples: number[]): number {
  const time = new AnswerTime();
  for (const sample of samples) time.note(sample);
  return time.ms;
}

function times(count: number, sample: number): number[] {
  return Array.from({ length: count }, () => sample);
}

describe('AnswerTime', () => {
  it('is a guess, then the first answer, then the lower quartile', () => {
    expect(timeAfter()).toBe(100);
    expect(timeAfter(37)).toBe(37);
    expect(timeAfter(40, 30, 20, 10)).toBe(20);
    expect(timeAfter(8, 7, 6, 5, 12, 11, 10, 9)).toBe(7);
  });

  it('stays where it is while most answers come late, or a few early', () => {
    expect(timeAfter(80, 160, 80, 240, 80, 160, 80, 160, 160, 160, 240, 160, 80, 160, 240, 160)).toBe(80);
    expect(timeAfter(...times(13, 80), 3, 3, 3)).toBe(80);
  });

  it('follows a path that has changed within sixteen answers', () => {
    expect(timeAfter(...times(40, 20), ...times(12, 400))).toBe(400);
    expect(timeAfter(...times(40, 20), ...times(11, 400))).toBe(20);
    expect(timeAfter(...times(40, 400), ...times(5, 20))).toBe(20);
    expect(timeAfter(...times(40, 400), ...times(4, 20))).toBe(400);
  });

  it('is never below 5 ms nor above a second', () => {
    expect(timeAfter(0)).toBe(5);
    expect(timeAfter(60_000)).toBe(1000);
  });
});
