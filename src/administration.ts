/** Puts together what administers the server over HTTP, all of it behind one guard. */
import { AdminGuard } from './admin/index.js';
import type { Config } from './config/index.js';
import type { Egress } from './egress/index.js';
import type { Logger } from './kit/index.js';
import { createLive, type Live } from './plugins/live/index.js';
import { createRest, type RestNeeds } from './plugins/rest/index.js';
import type { Statistics } from './plugins/statistics/index.js';
import type { SocketRoute, WebRoutes } from './plugins/web/index.js';

export interface AdministrationParts extends Omit<RestNeeds, 'log' | 'uptime' | 'diagnose'> {
  readonly statistics: Statistics;
  readonly egress: Pick<Egress, 'ffmpeg'>;
  /** Whether streams may be recorded. */
  readonly records: boolean;
  /** What the operator ought to know of how the server runs. */
  readonly warnings: readonly string[];
}

/** What the web server serves to those who administer. */
export interface Administration {
  readonly routes: readonly WebRoutes[];
  readonly sockets: readonly SocketRoute[];
  close(): void;
}

/** The one guard of everything that is not for everybody: it counts failed attempts for all of it. */
export function createGuard(config: Config, log: Logger): AdminGuard {
  return new AdminGuard({ ...config.admin, trustedProxies: config.web.trustedProxies }, log);
}

export function createAdministration(log: Logger, parts: AdministrationParts): Administration {
  const { statistics } = parts;
  const uptime = () => Math.floor(process.uptime());
  const rest = createRest({ ...parts, diagnose: statistics.diagnose, log, uptime });
  const live = liveOf(parts);
  return { routes: [rest, statistics.routes, live.routes], sockets: [live.socket], close: live.close };
}

function liveOf(parts: AdministrationParts): Live {
  const { guard, version, recorder, clients, records, statistics, egress, warnings } = parts;
  const snapshots = async () => (await egress.ffmpeg()) !== null;
  return createLive({
    ...{ guard, version, records, snapshots },
    startedAt: Math.round(Date.now() - process.uptime() * 1000),
    sources: {
      ...statistics.live,
      diagnose: statistics.diagnose,
      recorded: () => new Set(recorder?.list().map(({ mediaSessionId }) => mediaSessionId)),
      client: (sessionId) => clients.client(sessionId),
    },
    warnings: async () => ((await snapshots()) ? warnings : [...warnings, noFfmpeg]),
    wallClock: Date.now,
    clock: () => performance.now(),
  });
}

const noFfmpeg =
  'there is no ffmpeg, or transcoding is turned off: no pictures of streams, no WSPlayer, no MSE with sound, and players get streams as they are published';
