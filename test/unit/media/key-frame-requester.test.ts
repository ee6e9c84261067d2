import { describe, expect, it } from 'vitest';
import { KeyFrameRequester } from '../../../src/media/keyframe/key-frame-requester.js';

function setUp() {
  const sentAt: number[] = [];
  const path = { open: true };
  const requester = new KeyFrameRequester(1000, (now) => path.open && sentAt.push(now) > 0);
  return { sentAt, path, requester };
}

describe('KeyFrameRequester', () => {
  it('does nothing while nobody wishes', () => {
    const { sentAt, requester } = setUp();
    expect(requester.due).toBe(Number.POSITIVE_INFINITY);
    requester.onTime(5000);
    expect(sentAt).toEqual([]);
  });

  it('passes a wish on at once', () => {
    const { sentAt, requester } = setUp();
    requester.wish(5);
    expect(sentAt).toEqual([5]);
    expect(requester.sent).toBe(1);
  });

  it('merges a thousand wishes into one request an interval', () => {
    const { sentAt, requester } = setUp();
    for (let now = 0; now < 3000; now += 3) {
      requester.wish(now);
      requester.onTime(now);
    }
    expect(sentAt).toEqual([0, 1002, 2004]);
  });

  it('waits out the interval for a wish that follows a key frame', () => {
    const { sentAt, requester } = setUp();
    requester.wish(0);
    requester.fulfilled();
    requester.wish(300);
    expect(sentAt).toEqual([0]);
    expect(requester.due).toBe(1000);
    requester.onTime(999);
    expect(sentAt).toEqual([0]);
    requester.onTime(1000);
    expect(sentAt).toEqual([0, 1000]);
  });

  it('repeats a wish that is not fulfilled, five times at most', () => {
    const { sentAt, requester } = setUp();
    requester.wish(0);
    for (let now = 0; now < 20_000; now += 50) requester.onTime(now);
    expect(sentAt).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(requester.due).toBe(Number.POSITIVE_INFINITY);
    requester.wish(20_000);
    expect(sentAt).toHaveLength(6);
  });

  it('stops when the key frame has come', () => {
    const { sentAt, requester } = setUp();
    requester.wish(0);
    requester.fulfilled();
    requester.onTime(5000);
    expect(sentAt).toEqual([0]);
    requester.wish(6000);
    expect(sentAt).toEqual([0, 6000]);
  });

  it('tries again at once what could not be sent, and does not count it', () => {
    const { sentAt, path, requester } = setUp();
    path.open = false;
    requester.wish(0);
    for (let now = 50; now < 10_000; now += 50) requester.onTime(now);
    expect(requester.sent).toBe(0);
    path.open = true;
    requester.onTime(10_000);
    requester.onTime(10_050);
    expect(sentAt).toEqual([10_000]);
    expect(requester.sent).toBe(1);
  });
});
