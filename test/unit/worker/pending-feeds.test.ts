import { describe, expect, it } from 'vitest';
import { PendingFeeds } from '../../../src/worker/pending-feeds.js';
import { setUpPublisher } from '../media/support/publisher-bench.js';

/** A published stream with a viewer, whose feed waits in `pending`. */
function setUp(utilisation: number, gatherTime = 2) {
  const bench = setUpPublisher();
  const { sink } = bench.watch();
  bench.sendKey(0, 0, { marker: true });
  bench.flush();
  sink.sent.length = 0;
  const pending = new PendingFeeds(gatherTime);
  pending.adapt(utilisation);
  const send = (sequence: number, now: number, marker: boolean) => {
    bench.sendVideo(sequence, now, { timestamp: 3000, marker });
    pending.add(bench.publisher.feed);
    pending.flushWhole(now);
  };
  return { ...bench, pending, send, sent: () => sink.rtp.length };
}

describe('PendingFeeds', () => {
  it('hands over at once what comes while the loop is idle', () => {
    const { pending, send, sent } = setUp(0.05);
    send(1, 10, false);
    expect(sent()).toBe(1);
    expect(pending.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps a picture together while the loop is busy', () => {
    const { pending, send, sent } = setUp(0.15);
    send(1, 10, false);
    send(2, 10.5, false);
    expect(sent()).toBe(0);
    expect(pending.due).toBe(12);
    send(3, 11, true);
    expect(sent()).toBe(3);
    expect(pending.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('waits no longer than it may, and less the less there is to do', () => {
    const { pending, send, sent } = setUp(0.1);
    send(1, 10, false);
    expect(pending.due).toBe(11);
    pending.flushWhole(10.9);
    expect(sent()).toBe(0);
    pending.flushWhole(11);
    expect(sent()).toBe(1);
    pending.adapt(1);
    send(2, 20, false);
    expect(pending.due).toBe(22);
  });

  it('never waits for sound, and takes it along with a picture', () => {
    const { sendAudio, publisher, pending, send, sent } = setUp(1);
    sendAudio(1, 10);
    pending.add(publisher.feed);
    pending.flushWhole(10);
    expect(sent()).toBe(1);
    send(1, 20, false);
    sendAudio(2, 20);
    pending.flushWhole(20);
    expect(sent()).toBe(1);
    pending.flushWhole(22);
    expect(sent()).toBe(3);
  });

  it('slows the loop down by as much', () => {
    const { pending } = setUp(0.1);
    expect(pending.pace).toBeCloseTo(1);
    pending.adapt(0.02);
    expect(pending.pace).toBe(0);
  });

  it('hands everything over when told, and knows nothing of a stream that has ended', () => {
    const { pending, send, sent, publisher } = setUp(1);
    send(1, 10, false);
    pending.flush(10);
    expect(sent()).toBe(1);
    send(2, 20, false);
    publisher.close();
    pending.flushWhole(20);
    expect(sent()).toBe(1);
    expect(pending.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('never waits where that is switched off', () => {
    const { send, sent } = setUp(1, 0);
    send(1, 10, false);
    expect(sent()).toBe(1);
  });
});
