import { expect } from 'vitest';
import type { ReceivedPacket, SentPacket } from './peer.js';

/** In which a viewer that begins with a past key frame gets to the present, on the clock of video. */
export const CATCH_UP = 90 * 250;

/** Difference of RTP timestamps. */
const since = (timestamp: number, before: number) => (timestamp - before) | 0;

/**
 * What arrived is one unbroken run of what was sent: the same payload bytes, markers and steps of time, under one SSRC
 * and the viewer's own payload type, with sequence numbers without a gap. Only in the first `catchUp` of its own time may
 * it lag behind, frame by frame by less.
 */
export function expectUnbroken(
  sent: readonly SentPacket[],
  received: readonly ReceivedPacket[],
  payloadType: number,
  catchUp = 0,
): void {
  // Parameter sets are the same before every key frame of H.264: the packet behind them tells which one it is.
  const start = sent.findIndex(
    ({ payload }, index) =>
      payload === received[0]?.payload && sent[index + 1]?.payload === received[1]?.payload,
  );
  expect(start, 'the first packet received was sent').toBeGreaterThanOrEqual(0);
  const expected = sent.slice(start, start + received.length);
  const [firstReceived, lastReceived] = [received[0]!, received.at(-1)!];
  const shift = since(lastReceived.timestamp, expected.at(-1)!.timestamp);
  let before = Number.POSITIVE_INFINITY;
  const timestamps = expected.map((packet, index) => {
    const { timestamp } = received[index]!;
    const live = (packet.timestamp + shift) >>> 0;
    const lag = since(timestamp, live);
    const allowed = since(timestamp, firstReceived.timestamp) < catchUp && lag >= 0 && lag <= before;
    const sameFrame = index > 0 && packet.timestamp === expected[index - 1]!.timestamp;
    if (!allowed || (sameFrame && lag !== before)) return live;
    before = lag;
    return timestamp;
  });
  expect(received).toEqual(
    expected.map(({ payload, marker }, index) => ({
      payload,
      marker,
      payloadType,
      ssrc: firstReceived.ssrc,
      sequenceNumber: (firstReceived.sequenceNumber + index) & 0xffff,
      timestamp: timestamps[index],
    })),
  );
}
