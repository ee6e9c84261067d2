import { describe, expect, it } from 'vitest';
import { setUpDownTrack as setUp } from './support/down-track-bench.js';
import { audio, deltaPayload } from './support/packets.js';

describe('DownTrack: retransmission', () => {
  it('sends the packet again that had this number, the same to the last byte', () => {
    const { sink, track, publish, publishKey } = setUp({ firstIndex: 32_760 });
    publishKey({ sequence: 65_530, timestamp: 9 });
    for (let index = 1; index < 20; index += 1) {
      publish({ sequence: 65_530 + index, timestamp: 9 + index, marker: index % 3 === 0 });
    }
    const first = sink.sent.splice(0);
    for (const { bytes, index } of first) {
      track.resend(index & 0xffff, 1000, 100);
      expect(sink.sent.pop()).toEqual({ bytes, index, isRtcp: false });
    }
    expect(track).toMatchObject({ packets: 40, retransmitted: 20, nacked: 20 });
  });

  it('finds packets from before the number wrapped', () => {
    const { track, publish, taken } = setUp({ description: audio, firstIndex: 32_760 });
    for (let sequence = 0; sequence < 32_700; sequence += 1000) publish({ sequence });
    for (let sequence = 32_750; sequence < 32_790; sequence += 1) publish({ sequence });
    taken();
    track.resend(65_530, 0, 100);
    track.resend(5, 0, 100);
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([
      [65_530, 65_530 - 32_760],
      [65_536 + 5, 65_536 + 5 - 32_760],
    ]);
  });

  it('finds packets of the present source after it started anew, and none of the one before', () => {
    const { track, publish, taken } = setUp({ description: audio });
    for (let index = 0; index < 5; index += 1) publish({ sequence: 100 + index });
    for (let index = 0; index < 6; index += 1) publish({ ssrc: 0x77, sequence: 98 + index });
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([
      [1000, 100],
      [1001, 101],
      [1002, 102],
      [1003, 103],
      [1004, 104],
      [1005, 100],
      [1006, 101],
      [1007, 102],
      [1008, 103],
    ]);
    for (let number = 1000; number < 1009; number += 1) track.resend(number, 0, 100);
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([
      [1005, 100],
      [1006, 101],
      [1007, 102],
      [1008, 103],
    ]);
  });

  it('sends nothing from before its start, not even under numbers that another source had', () => {
    const { track, publish, publishKey, taken } = setUp();
    publish({ sequence: 9 });
    publishKey({ sequence: 10 });
    publish({ sequence: 11 });
    taken();
    track.resend(999, 0, 100);
    expect(taken()).toEqual([]);
    for (let sequence = 1; sequence < 8; sequence += 1) publish({ ssrc: 0x77, sequence });
    publishKey({ ssrc: 0x77, sequence: 8 });
    expect(taken().map(([index, , sequence]) => [index, sequence])).toEqual([[1002, 8]]);
    // The new source's packets before its key frame lie where these numbers point, but were never sent.
    for (const number of [999, 1000, 1001]) track.resend(number, 1000, 100);
    expect(taken()).toEqual([]);
  });

  it('sends nothing that was not sent, is long gone, or not yet there', () => {
    const { track, publish, publishKey, taken } = setUp();
    track.resend(1000, 0, 100);
    publish({ sequence: 9 });
    publishKey({ sequence: 10 });
    for (let index = 1; index < 100; index += 1) publish({ sequence: 10 + index });
    taken();
    for (const number of [999, 1000, 1035, 1100, 1101, 40_000, 33_868]) track.resend(number, 0, 100);
    expect(taken()).toEqual([]);
    track.resend(1036, 0, 100);
    expect(taken().map(([index]) => index)).toEqual([1036]);
    expect(track.nacked).toBe(9);
  });

  it('sends the same packet again no sooner than a round trip later', () => {
    const { track, publishKey, taken } = setUp();
    publishKey({ sequence: 10 });
    taken();
    for (let now = 0; now < 200; now += 10) track.resend(1000, now, 90);
    expect(taken()).toHaveLength(3);
    expect(track.retransmitted).toBe(3);
  });

  it('sends no more again than half of what it forwarded, in bytes, beyond a burst', () => {
    const { track, publish, publishKey, taken } = setUp({ capacity: 1024 });
    const payload = deltaPayload(0, 1000);
    publishKey({ sequence: 0 });
    for (let index = 1; index < 1000; index += 1) publish({ sequence: index, payload });
    taken();
    const burst = Math.floor((256 * 1024) / 1040);
    for (let now = 0; now < 100_000; now += 10_000) {
      for (let number = 1001; number < 2000; number += 1) track.resend(number, now, 1);
    }
    expect(taken()).toHaveLength(burst);
    for (let index = 0; index < 100; index += 1) publish({ sequence: 1000 + index, payload });
    taken();
    for (let number = 1100; number < 2000; number += 1) track.resend(number, 200_000, 1);
    expect(taken()).toHaveLength(50);
  });
});
