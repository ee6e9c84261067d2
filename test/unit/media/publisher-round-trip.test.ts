import { describe, expect, it } from 'vitest';
import { audio, serverSsrc, video } from './support/packets.js';
import { begin, play } from './support/play.js';
import { setUpPublisher as setUp } from './support/publisher-bench.js';
import { compound, receiverReport, referenceEcho, senderReport } from './support/rtcp.js';
import { Simulation } from './support/simulation.js';

/** ms in 65536ths of a second, as delays are given. */
const compact = (ms: number) => Math.round(ms * 65.536);

/** A publisher that has been asked at 1000 ms, and when it came to be asked. */
function asked() {
  const bench = setUp();
  bench.sendVideo(1);
  bench.publisher.onTime(1000);
  const [question] = bench.told().references;
  return { ...bench, reference: question?.reference ?? 0 };
}

describe('the round trip to a publisher', () => {
  it('is asked for with every report, on each transport that has media', () => {
    const { publisher, sendVideo, sendAudio, told } = setUp([video, { ...audio, transport: 1 }]);
    publisher.onTime(1000);
    expect([told(0).references, told(1).references]).toEqual([[], []]);
    sendVideo(1, 1000, {}, 0);
    publisher.onTime(2000);
    expect(told(0).references).toEqual([{ ssrc: serverSsrc, reference: expect.any(Number) }]);
    expect(told(1).references).toEqual([]);
    sendAudio(1, 2000, {}, 1);
    publisher.onTime(3000);
    expect([told(0), told(1)].map(({ references }) => references.length)).toEqual([1, 1]);
  });

  it('is what passes until the echo, less what the publisher kept it', () => {
    const { publisher, rtcp, reference } = asked();
    expect(publisher.measuredRoundTrip).toBe(0);
    rtcp(compound(senderReport(5, 1, 2, 3), referenceEcho(serverSsrc, reference, compact(300))), 1342);
    expect(publisher.measuredRoundTrip).toBeCloseTo(42, 1);
  });

  it.each([
    ['of somebody else’s time', serverSsrc + 1, 0, 0, 1042],
    ['of a time that was never sent', serverSsrc, 1, 0, 1042],
    ['kept longer than there was', serverSsrc, 0, compact(5000), 1042],
    ['of ten seconds ago', serverSsrc, 0, 0, 11_042],
  ])('is not taken from an echo %s', (_what, asker, beside, delay, now) => {
    const { publisher, rtcp, reference } = asked();
    rtcp(referenceEcho(asker, (reference + beside) >>> 0, delay), now);
    rtcp(referenceEcho(asker, 0, delay), now);
    expect(publisher.measuredRoundTrip).toBe(0);
    expect(publisher.dropped).toBe(0);
  });

  it('stays unknown with peers that do not echo', () => {
    const { publisher, rtcp } = asked();
    rtcp(compound(senderReport(5, 1, 2, 3)), 1042);
    rtcp(receiverReport(serverSsrc, { lastSenderReport: 7 }), 1043);
    expect(publisher.measuredRoundTrip).toBe(0);
  });

  it('counts a malformed echo as dropped', () => {
    const { publisher, rtcp, reference } = asked();
    const broken = referenceEcho(serverSsrc, reference, 0);
    broken[11] = 2;
    rtcp(broken, 1042);
    expect([publisher.measuredRoundTrip, publisher.dropped]).toEqual([0, 1]);
  });

  it.each([4, 60, 200])('is that of the path, %i ms', (roundTrip) => {
    const simulation = new Simulation({ seed: roundTrip, until: begin + 8000 }, { roundTrip });
    simulation.run(begin + 8000);
    expect(simulation.publisher.measuredRoundTrip).toBeCloseTo(roundTrip, 0);
  });

  it('is near that of a path that loses and delays', () => {
    const { simulation } = play(31, { roundTrip: 80, loss: 0.2, jitter: 20 });
    expect(simulation.publisher.measuredRoundTrip).toBeGreaterThan(75);
    expect(simulation.publisher.measuredRoundTrip).toBeLessThan(130);
  });
});
