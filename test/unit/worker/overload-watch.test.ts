import { describe, expect, it } from 'vitest';
import type { MediaStatistics } from '../../../src/streams/index.js';
import { OverloadWatch } from '../../../src/worker/overload-watch.js';

const calm: MediaStatistics = {
  utilisation: 0.874,
  publishers: 1,
  viewers: 20,
  refusedPublishers: 0,
  refusedViewers: 0,
  packetsIn: 1000,
  bytesIn: 1_000_000,
  packetsOut: 20_000,
  bytesOut: 20_000_000,
  kernelDrops: 0,
  congested: 0,
  unsendable: 7,
  tcpConnections: 1,
  tcpDrops: 9,
  receiveBuffer: 4_194_304,
  sendBuffer: 4_194_304,
};

/** Lines by the second in which they came. */
function watch(seconds: number, at: (second: number) => Partial<MediaStatistics>): Record<number, string[]> {
  const overload = new OverloadWatch(4_194_304);
  const lines: Record<number, string[]> = {};
  for (let second = 0; second < seconds; second += 1) {
    const told = overload.update({ ...calm, ...at(second) }, second * 1000);
    if (told.length > 0) lines[second] = told;
  }
  return lines;
}

describe('OverloadWatch', () => {
  it('has nothing to say of a process that gets along', () => {
    expect(
      watch(100, (second) => ({ tcpDrops: second, packetsIn: second * 1000, unsendable: second })),
    ).toEqual({});
  });

  it('says once that players are refused, and once that it is over', () => {
    const refusedViewers = (second: number) => Math.min(40, Math.max(0, second - 4)) * 3;
    expect(watch(200, (second) => ({ refusedViewers: refusedViewers(second) }))).toEqual({
      5: [
        'refuses new players, its load is 87 % of a core: have more media processes (mediaWorkers) on more cores, or raise media.refuseViewersAbove',
      ],
      74: ['has refused 120 new players, and none for a while'],
    });
  });

  it('says so of publishers', () => {
    expect(watch(40, (second) => ({ refusedPublishers: second > 2 ? 1 : 0 }))).toEqual({
      3: [
        'refuses new publishers, its load is 87 % of a core: have more media processes (mediaWorkers) on more cores, or raise media.refusePublishersAbove',
      ],
      33: ['has refused 1 new publishers, and none for a while'],
    });
  });

  it('names the limit of the system that keeps the receive buffer small', () => {
    expect(watch(3, (second) => ({ kernelDrops: second, receiveBuffer: 212_992 }))).toEqual({
      1: [
        'loses datagrams that come faster than it reads them: raise net.core.rmem_max, it has a buffer of 212992 bytes where media.socketBuffer asks for 4194304',
      ],
    });
  });

  it('names the setting where the system grants what is asked for', () => {
    expect(watch(3, (second) => ({ congested: second * 64 }))).toEqual({
      1: [
        'drops datagrams that the network does not take as fast as they are sent: raise media.socketBuffer above 4194304 bytes, and net.core.wmem_max with it',
      ],
    });
  });

  it('goes on over the end of a count of 32 bits', () => {
    const overload = new OverloadWatch(1);
    overload.update({ ...calm, kernelDrops: 2 ** 32 - 2 }, 0);
    overload.update({ ...calm, kernelDrops: 3 }, 1000);
    expect(overload.update({ ...calm, kernelDrops: 3 }, 31_000)).toEqual([
      `has lost ${2 ** 32 + 3} datagrams that came faster than it read them, and none for a while`,
    ]);
  });

  it('tells of a trouble that comes and goes no more often than twice in half a minute', () => {
    const told = watch(3600, (second) => ({ kernelDrops: Math.floor(second / 20) }));
    expect(Object.keys(told)).toEqual(['20']);
    const slower = watch(3600, (second) => ({ kernelDrops: Math.floor(second / 40) }));
    expect(Object.keys(slower).length).toBeLessThanOrEqual((3600 / 40) * 2);
    expect(Object.keys(slower).slice(0, 4)).toEqual(['40', '70', '80', '110']);
  });
});
