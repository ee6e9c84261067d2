import { describe, expect, it } from 'vitest';
import { setUpDownTrack as setUp } from './support/down-track-bench.js';
import { audio, deltaPayload, downVideoSsrc, keyPayload, parsed, video } from './support/packets.js';

describe('DownTrack', () => {
  it('waits for a key frame and starts at its first packet', () => {
    const { track, publish, publishKey, taken } = setUp();
    publish({ sequence: 10 });
    publish({ sequence: 11 });
    expect(taken()).toEqual([]);
    expect(track.needsKeyFrame).toBe(true);
    publishKey({ sequence: 12, timestamp: 500 });
    publish({ sequence: 13, timestamp: 500 });
    expect(track.needsKeyFrame).toBe(false);
    expect(taken()).toEqual([
      [1000, 500, 12],
      [1001, 500, 13],
    ]);
  });

  it('starts audio with any packet', () => {
    const { track, publish, taken } = setUp({ description: audio });
    expect(track.needsKeyFrame).toBe(false);
    publish({ sequence: 10, timestamp: 7 });
    expect(taken()).toEqual([[1000, 7, 10]]);
  });

  it('gives packets the viewer’s payload type and SSRC, no extension, and the payload as it was', () => {
    const { sink, track, publishKey, publish } = setUp();
    publishKey({ sequence: 1, transportSequence: 77 });
    publish({ sequence: 2, marker: true, timestamp: 3000, transportSequence: 78 });
    const packet = parsed(sink.sent[1]?.bytes as Uint8Array);
    expect(packet).toMatchObject({
      payloadType: video.codec.payloadType - 6,
      ssrc: downVideoSsrc,
      sequenceNumber: 1001,
      timestamp: 3000,
      marker: true,
      extensionProfile: 0,
      payloadOffset: 12,
    });
    expect(sink.sent[1]?.bytes.subarray(12)).toEqual(deltaPayload(2, 40));
    expect(parsed(sink.sent[0]?.bytes as Uint8Array).marker).toBe(false);
    expect(track).toMatchObject({ packets: 2, octets: keyPayload(1).length + 40, frames: 1 });
  });

  it.each([
    0, 1, 32_767,
  ])('numbers without a break across two wraps of both sides, from %d on', (firstIndex) => {
    const { publish, taken } = setUp({ description: audio, firstIndex });
    const wraps = (value: number) => (value + 60) % 65_536 < 120;
    const expected: number[] = [];
    for (let offset = 0; offset < 140_000; ) {
      publish({ sequence: 40_000 + offset });
      expected.push(firstIndex + offset);
      // Packet by packet near a wrap, with gaps, which stay gaps, elsewhere.
      offset += wraps(40_000 + offset) || wraps(firstIndex + offset) ? 1 : 47;
    }
    expect(expected.length).toBeGreaterThan(3000);
    expect(taken().map(([index]) => index)).toEqual(expected);
  });

  it('leaves gaps as they are, and closes them with what comes late', () => {
    const { track, publishKey, publish, taken } = setUp();
    publishKey({ sequence: 65_534 });
    publish({ sequence: 2 });
    publish({ sequence: 0 });
    expect(taken().map(([index]) => index)).toEqual([1000, 1004, 1002]);
    publish({ sequence: 3 });
    expect(taken().map(([index]) => index)).toEqual([1005]);
    expect(track.packets).toBe(4);
  });

  it('drops late packets from before its start', () => {
    const { publish, publishKey, taken } = setUp();
    publishKey({ sequence: 50 });
    publish({ sequence: 49 });
    publish({ sequence: 40 });
    expect(taken().map(([, , sequence]) => sequence)).toEqual([50]);
  });

  it('passes timestamps on across their wrap', () => {
    const { publish, taken } = setUp({ description: audio });
    for (const [sequence, timestamp] of [0xffff_fe00, 0xffff_ffc0, 0x180, 0x540].entries())
      publish({ sequence, timestamp });
    expect(taken().map(([, timestamp]) => timestamp)).toEqual([0xffff_fe00, 0xffff_ffc0, 0x180, 0x540]);
  });

  it('sends nothing of a key frame whose first packet finds no room, and waits for the next', () => {
    const { sink, track, publish, publishKey, taken } = setUp();
    sink.full = true;
    publishKey({ sequence: 10 });
    sink.full = false;
    publish({ sequence: 11 });
    expect(taken()).toEqual([]);
    expect(track.needsKeyFrame).toBe(true);
    publishKey({ sequence: 12 });
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([[1000, 12]]);
  });

  it('leaves a gap where there was no room, so that the viewer asks', () => {
    const { sink, track, publish, publishKey, taken } = setUp();
    publishKey({ sequence: 10 });
    sink.full = true;
    publish({ sequence: 11 });
    sink.full = false;
    publish({ sequence: 12 });
    expect(taken().map(([index]) => index)).toEqual([1000, 1002]);
    track.resend(1001, 0, 100);
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([[1001, 11]]);
  });
});

describe('DownTrack: a publisher that starts anew', () => {
  const anew = { ssrc: 0x77 };

  it('continues numbers and timestamps at the next key frame', () => {
    const { track, publish, publishKey, taken } = setUp();
    publishKey({ sequence: 60_000, timestamp: 0xffff_0000 }, 0);
    publish({ sequence: 60_001, timestamp: 0xffff_0bb8 }, 33);
    for (const sequence of [5, 6, 7]) publish({ ...anew, sequence, timestamp: 900 }, 1000);
    expect(track.needsKeyFrame).toBe(true);
    taken();
    publishKey({ ...anew, sequence: 8, timestamp: 1000 }, 1033);
    publish({ ...anew, sequence: 9, timestamp: 4000 }, 1066);
    // One second after 0xffff0bb8, on the 90 kHz clock
    const expected = (0xffff_0bb8 + 90_000) % 2 ** 32;
    expect(taken()).toEqual([
      [1002, expected, 8],
      [1003, expected + 3000, 9],
    ]);
  });

  it('keeps time moving even when the new source follows at once', () => {
    const { publish, taken } = setUp({ description: audio });
    publish({ sequence: 1, timestamp: 5000 }, 50);
    for (const sequence of [1, 2, 3]) publish({ ...anew, sequence, timestamp: 9 }, 50);
    expect(taken().map(([index, timestamp]) => [index, timestamp])).toEqual([
      [1000, 5000],
      [1001, 5001],
    ]);
  });

  it('continues the timeline from what was sent, not from what found no room', () => {
    const { sink, publish, publishKey, taken } = setUp();
    publishKey({ sequence: 1, timestamp: 1000 }, 0);
    for (const sequence of [5, 6, 7]) publish({ ...anew, sequence, timestamp: 4_000_000_000 }, 100);
    sink.full = true;
    publishKey({ ...anew, sequence: 8, timestamp: 4_000_000_000 }, 200);
    sink.full = false;
    publishKey({ ...anew, sequence: 9, timestamp: 4_000_009_000 }, 300);
    publish({ ...anew, sequence: 10, timestamp: 4_000_012_000 }, 333);
    expect(taken()).toEqual([
      [1000, 1000, 1],
      [1001, 1000 + 27_000, 9],
      [1002, 1000 + 30_000, 10],
    ]);
  });

  it('survives many new starts without a break', () => {
    const { publish, taken } = setUp({ description: audio, firstIndex: 32_767 });
    let now = 0;
    for (let start = 1; start <= 50; start += 1) {
      for (let packet = 0; packet < 20; packet += 1) {
        now += 20;
        const timestamp = Math.imul(start, 0x9e37_79b1) + packet * 960;
        publish({ ssrc: start, sequence: start * 7001 + packet, timestamp }, now);
      }
    }
    const sent = taken();
    for (const [at, [index, timestamp]] of sent.entries()) {
      expect(index).toBe(32_767 + at);
      const before = sent[at - 1]?.[1] ?? timestamp;
      const step = (timestamp - before) >>> 0;
      // 20 ms a packet, three where two strays were dropped
      if (at > 0) expect([960, 2880]).toContain(step);
    }
  });
});
