import { createLogger } from '../../../../src/kit/index.js';
import type { BackendState, StatisticsSources } from '../../../../src/plugins/statistics/sources.js';
import type { MediaProcessStatistics, MediaRate, MediaTotals } from '../../../../src/streams/index.js';
import { makeService, makeSession, playRequest, publishRequest } from '../../streams/support.js';

/** A rate whose counters are those of a source that has run for `seconds` at 100 packets a second. */
export function rate(
  seconds: number,
  fields: Partial<MediaRate> = {},
  totals: Partial<MediaTotals> = {},
): MediaRate {
  return {
    videoRate: 800_000,
    fps: 30,
    nack: 0,
    pli: 0,
    lostPackets: 0,
    totals: {
      packets: 100 * seconds,
      bytes: 100_000 * seconds,
      lost: 0,
      repeated: 0,
      keyFrames: seconds,
      roundTrip: 0,
      firstFrame: -1,
      ...totals,
    },
    ...fields,
  };
}

export function mediaProcess(fields: Partial<MediaProcessStatistics> = {}): MediaProcessStatistics {
  return {
    index: 0,
    pid: process.pid,
    serving: true,
    opening: 0,
    latest: {
      publishers: 1,
      viewers: 2,
      utilisation: 0.25,
      refusedPublishers: 0,
      refusedViewers: 3,
      packetsIn: 1000,
      bytesIn: 1_000_000,
      packetsOut: 2000,
      bytesOut: 2_000_000,
      kernelDrops: 4,
      congested: 5,
      unsendable: 6,
      tcpConnections: 7,
      tcpDrops: 8,
      receiveBuffer: 1,
      sendBuffer: 1,
    },
    ...fields,
  };
}

/** A clock, and everything that statistics are read from, under the test's control. */
export function makeSources(processes: readonly MediaProcessStatistics[] = [mediaProcess()]) {
  const state = {
    ...{ now: 0, wall: 1_700_000_000_000, processes },
    unready: [] as string[],
    log: [] as object[],
    backends: [] as BackendState[],
  };
  const { service, plane } = makeService({ wallClock: () => state.wall });
  const output = { write: (line: string) => void state.log.push(JSON.parse(line)) };
  const sources: StatisticsSources = {
    log: createLogger({ level: 'info', output, pretty: false }),
    streams: service,
    media: { statistics: () => state.processes, processOf: () => 0 },
    egress: { statistics: () => ({ pid: null, streams: 1, outputs: { transcode: 2 } }) },
    backends: () => state.backends,
    version: '1.2.3',
    refusedSockets: () => 9,
    unready: () => state.unready,
    clock: () => state.now,
  };
  const publish = async (fields: object = {}) => {
    await service.publish(makeSession(), publishRequest(fields));
    const { listener } = plane.last();
    return listener;
  };
  const play = async (fields: object = {}) => {
    await service.play(makeSession(), playRequest(fields));
    return plane.last().listener;
  };
  return { state, service, plane, sources, publish, play };
}
