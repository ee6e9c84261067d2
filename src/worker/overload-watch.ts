import type { MediaStatistics } from '../streams/index.js';

/** A trouble is over when nothing more has come of it for so long, ms; so each is told of twice in that time at most. */
const quiet = 30_000;

/** One way in which a media process does not get along. */
interface Trouble {
  /** What has come of it since the process started. */
  count(statistics: MediaStatistics): number;
  begun(statistics: MediaStatistics, asked: number): string;
  over(total: number): string;
}

const troubles: readonly Trouble[] = [
  {
    count: ({ refusedViewers }) => refusedViewers,
    begun: (statistics) => `refuses new players, ${loadOf(statistics)} or raise media.refuseViewersAbove`,
    over: (total) => `has refused ${total} new players, and none for a while`,
  },
  {
    count: ({ refusedPublishers }) => refusedPublishers,
    begun: (statistics) =>
      `refuses new publishers, ${loadOf(statistics)} or raise media.refusePublishersAbove`,
    over: (total) => `has refused ${total} new publishers, and none for a while`,
  },
  {
    count: ({ kernelDrops }) => kernelDrops,
    begun: ({ receiveBuffer }, asked) =>
      `loses datagrams that come faster than it reads them: ${grow('net.core.rmem_max', receiveBuffer, asked)}`,
    over: (total) => `has lost ${total} datagrams that came faster than it read them, and none for a while`,
  },
  {
    count: ({ congested }) => congested,
    begun: ({ sendBuffer }, asked) =>
      `drops datagrams that the network does not take as fast as they are sent: ${grow('net.core.wmem_max', sendBuffer, asked)}`,
    over: (total) => `has dropped ${total} datagrams that the network did not take, and none for a while`,
  },
];

/** Turns what a media process says of itself every second into lines for its operator: when a trouble begins, and when it is over. */
export class OverloadWatch {
  private readonly states = troubles.map((trouble) => ({
    trouble,
    last: 0,
    total: 0,
    lastAt: Number.NEGATIVE_INFINITY,
  }));

  /** @param socketBuffer what the kernel is asked for, bytes */
  constructor(private readonly socketBuffer: number) {}

  /**
   * @param now ms
   * @returns lines that go on behind the name of the process
   */
  update(statistics: MediaStatistics, now: number): string[] {
    const lines: string[] = [];
    for (const state of this.states) {
      const { trouble } = state;
      const count = trouble.count(statistics);
      const more = (count - state.last) >>> 0;
      state.last = count;
      if (more > 0) {
        if (state.total === 0) lines.push(trouble.begun(statistics, this.socketBuffer));
        state.total += more;
        state.lastAt = now;
      } else if (state.total > 0 && now - state.lastAt >= quiet) {
        lines.push(trouble.over(state.total));
        state.total = 0;
      }
    }
    return lines;
  }
}

function loadOf({ utilisation }: MediaStatistics): string {
  return `its load is ${Math.round(utilisation * 100)} % of a core: have more media processes (mediaWorkers) on more cores,`;
}

/** Which of the two bounds of a buffer is the one to move. */
function grow(limit: string, granted: number, asked: number): string {
  if (granted < asked) {
    return `raise ${limit}, it has a buffer of ${granted} bytes where media.socketBuffer asks for ${asked}`;
  }
  return `raise media.socketBuffer above ${asked} bytes, and ${limit} with it`;
}
