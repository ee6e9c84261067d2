import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import type { Config } from '../../config/index.js';
import type { SignalingExtension } from '../../signaling/index.js';
import { Clients } from './clients.js';
import { diagnose } from './diagnosis/diagnose.js';
import type { Finding } from './diagnosis/finding.js';
import { readFacts } from './diagnosis/read-facts.js';
import { type LiveFigures, liveFigures } from './live-figures.js';
import { LiveMedia } from './live-media.js';
import { LoopLag } from './loop-lag.js';
import { addControlMetrics, type HookCall } from './metrics/control-metrics.js';
import { addPerStreamMetrics } from './metrics/per-stream.js';
import { addProcessMetrics } from './metrics/process-metrics.js';
import { addStreamMetrics } from './metrics/stream-metrics.js';
import { addRoutes, answerStat, type Guard, type RouteOptions } from './routes.js';
import { ServerProcesses } from './server-processes.js';
import type { StatisticsSources } from './sources.js';
import { statGroups } from './stat-page.js';
import { logStreams } from './stream-log.js';

export type { Finding, FindingCode, Severity } from './diagnosis/finding.js';
export type { LiveFigures } from './live-figures.js';
export type { HookCall } from './metrics/control-metrics.js';
export type { ProcessFigures } from './process-figures.js';
export type { SessionFigures } from './session-figures.js';
export type { MediaSource, StatisticsSources } from './sources.js';

/** Figures of the server: for Prometheus, for the statistics page, in the log, and why a stream is bad. */
export interface Statistics {
  /** Counts clients and messages. */
  readonly extension: SignalingExtension;
  /** `/ready` and `/metrics`, for the web server. */
  readonly routes: { register(scope: FastifyInstance): void };
  /** `/?action=stat`. */
  stat(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** What is amiss with a stream, warnings first; null where nothing is published under the name. */
  diagnose(streamName: string): readonly Finding[] | null;
  /** For who watches, second by second. */
  readonly live: LiveFigures;
  /** A hook of a backend has been answered, or not. */
  onHook(call: HookCall): void;
  close(): void;
}

export function createStatistics(
  config: Pick<Config, 'statistics' | 'metrics'>,
  sources: StatisticsSources,
  guard: Guard,
): Statistics {
  const { streams, media, log, clock } = sources;
  const live = new LiveMedia(streams, clock);
  const clients = new Clients();
  const processes = new ServerProcesses(sources);
  const registry = new Registry();
  logStreams(live, log, clock);
  addStreamMetrics(registry, live);
  addProcessMetrics(registry, sources, processes);
  const observers = addControlMetrics(registry, sources, clients);
  addPerStreamMetrics(registry, live, config.metrics.perStream);
  const lag = new LoopLag(observers.loopLag, clock);
  lag.start();
  const options: RouteOptions = {
    config,
    guard,
    sources,
    registry,
    groups: () => statGroups(sources, live, clients, processes),
  };
  return {
    extension: clients.extension,
    routes: { register: (scope) => addRoutes(scope, options) },
    stat: (request, reply) => answerStat(request, reply, options),
    diagnose: (streamName) => {
      const facts = readFacts(live, media, streamName);
      return facts && diagnose(facts);
    },
    live: liveFigures(live, clients, sources),
    onHook: observers.hook,
    close: () => lag.stop(),
  };
}
