import { expect, it } from 'vitest';
import { downVideoSsrc, originalOf, parsed } from '../support/packets.js';
import { setUpSimulcast, simulcast } from '../support/simulcast-bench.js';

const frameTime = 33;
const pattern = [0, 2, 1, 2];

/** A viewer of one VP8 encoding with three temporal layers, of which its estimate leaves it the lowest. */
function watchThinned(rtxPayloadType: number | null) {
  const { send, watch } = setUpSimulcast({ ...simulcast, encodings: [], rtxPayloadType });
  send('q', 0, { key: true });
  const { viewer, sink } = watch(1);
  viewer.estimate = 30_000;
  for (let frame = 1; frame < 300; frame += 1) {
    const now = frame * frameTime;
    const temporalId = pattern[frame % 4] as number;
    send('q', now, { key: frame === 1, temporalId, sync: temporalId === 2, packets: 2, size: 400 });
    viewer.onTime(now);
  }
  const sent = sink.sent.splice(0).filter(({ isRtcp }) => !isRtcp);
  return { viewer, sink, sent: sent.map(({ bytes }) => bytes).slice(-40), count: sent.length };
}

it.each([
  ['as RTX', 97],
  ['as they were', null],
])('packets of a thinned picture are sent again %s, with the numbers that the viewer knows', (_, payloadType) => {
  const { viewer, sink, sent, count } = watchThinned(payloadType);
  expect(count).toBeLessThan(500);
  expect(sent.length).toBe(40);
  for (const first of sent) {
    viewer.onNack(0, downVideoSsrc, parsed(first).sequenceNumber, 0);
    const again = sink.sent.splice(0)[0]?.bytes as Uint8Array;
    const restored =
      payloadType === null ? again : originalOf(again, downVideoSsrc, parsed(first).payloadType);
    expect(restored).toEqual(first);
  }
  // What went before has not been touched by that.
  viewer.onNack(0, downVideoSsrc, parsed(sent[0] as Uint8Array).sequenceNumber - 1, 0);
  expect(sink.sent).toHaveLength(1);
});
