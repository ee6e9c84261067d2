import { describe, expect, it } from 'vitest';
import { BandwidthWatch } from '../../../src/streams/bandwidth-watch.js';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

const enough = { bitrate: 1_000_000, estimate: 950_000, lossRate: 0.1 };
const narrow = { bitrate: 1_000_000, estimate: 949_999, lossRate: 0 };
const lossy = { bitrate: 1_000_000, estimate: 2_000_000, lossRate: 0.2 };
const settings = { bandwidthNotice: true, bandwidthNoticeDelay: 3000, bandwidthNoticeInterval: 10_000 };

function setUp(changes: Partial<typeof settings> = {}) {
  const watch = new BandwidthWatch({ ...settings, ...changes });
  /** The seconds, from 1 on, at which something is to be told. */
  const told = (...rates: (typeof enough)[]) =>
    rates.flatMap((rate, index) => (watch.update(rate) ? [index + 1] : []));
  return { watch, told };
}

function times(count: number, rate: typeof enough): (typeof enough)[] {
  return Array.from({ length: count }, () => rate);
}

describe('BandwidthWatch', () => {
  it('says nothing while it is just enough', () => {
    expect(setUp().told(...times(100, enough))).toEqual([]);
  });

  it('says so when the estimate has been too low for long enough, then once an interval', () => {
    expect(setUp().told(...times(25, narrow))).toEqual([3, 13, 23]);
    expect(setUp().told(...times(2, narrow), enough, ...times(3, narrow))).toEqual([6]);
  });

  it('waits for an estimate that is still growing, and goes on when it no longer does', () => {
    const estimates = [300_000, 324_000, 350_000, 378_000, 378_000, 340_000, 340_000];
    const rates = estimates.map((estimate) => ({ ...narrow, estimate }));
    expect(setUp().told(...rates)).toEqual([6]);
    const rising = Array.from({ length: 20 }, (_, second) => ({
      ...narrow,
      estimate: 100_000 * 1.08 ** second,
    }));
    expect(setUp().told(...rising)).toEqual([]);
    expect(setUp().told(...rising.map((rate) => ({ ...rate, lossRate: 0.2 })))).toEqual([3, 13]);
  });

  it('says so of loss, by what gets through', () => {
    const { watch } = setUp();
    expect([watch.update(lossy), watch.update(lossy), watch.update(lossy)]).toEqual([
      null,
      null,
      { remoteBitrate: 1_000_000, bandwidth: 800_000 },
    ]);
  });

  it('says the estimate where that is too low', () => {
    const { watch } = setUp({ bandwidthNoticeDelay: 1000 });
    expect(watch.update(narrow)).toEqual({ remoteBitrate: 1_000_000, bandwidth: 949_999 });
  });

  it('takes an unknown estimate, and a stream that rests, for no lack', () => {
    expect(setUp().told(...times(9, { ...enough, estimate: 0 }))).toEqual([]);
    expect(setUp().told(...times(9, { bitrate: 0, estimate: 0, lossRate: 1 }))).toEqual([]);
  });

  it('keeps quiet where it is turned off', () => {
    expect(setUp({ bandwidthNotice: false }).told(...times(30, narrow))).toEqual([]);
  });
});

describe('a player whose path is too narrow', () => {
  it('is told, and its publisher is not', async () => {
    const { service, plane, log } = makeService();
    const publisher = makeSession();
    await service.publish(publisher, publishRequest());
    const source = plane.last();
    source.listener.onStarted();
    await service.play(makeSession(), playRequest());
    const rate = { videoRate: 0, fps: 0, nack: 0, pli: 0, lostPackets: 0, outgoing: narrow };
    const listener = plane.last().listener;
    for (let second = 0; second < 3; second += 1) listener.onRate(rate);
    listener.onStarted();
    log.length = 0;
    for (let second = 0; second < 3; second += 1) {
      source.listener.onRate({ ...rate, outgoing: undefined });
      listener.onRate(rate);
    }
    expect(log).toEqual(['play-1 needs 1000000, has 949999']);
  });
});
