import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { AdminGuard } from '../../admin/index.js';
import type { Config } from '../../config/index.js';
import { type Readiness, readinessOf } from './readiness.js';
import type { StatisticsSources } from './sources.js';
import { type StatGroup, statJson, statText } from './stat-page.js';

export type Guard = Pick<AdminGuard, 'admit' | 'decide'>;

/** What is needed to answer over HTTP. */
export interface RouteOptions {
  readonly config: Pick<Config, 'statistics' | 'metrics'>;
  readonly guard: Guard;
  readonly sources: Pick<StatisticsSources, 'media' | 'unready'>;
  readonly registry: Registry;
  groups(): StatGroup[];
}

/** `/ready`, and `/metrics` where it is on. */
export function addRoutes(scope: FastifyInstance, options: RouteOptions): void {
  const { config, guard, sources, registry } = options;
  scope.get('/ready', async (request, reply) => {
    const readiness = readinessOf(sources);
    reply.code(readiness.ready ? 200 : 503);
    return reply.send(await readyAnswer(request, readiness, guard));
  });
  if (!config.metrics.enabled) return;
  scope.get('/metrics', async (request, reply) => {
    if (!(await isAdmitted(request, reply, guard, config.metrics.access))) return reply;
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}

/** `/?action=stat` (WCS spec G.2): text, or JSON with `&format=json`, of which `&groups=a,b` names the parts. */
export async function answerStat(
  request: FastifyRequest,
  reply: FastifyReply,
  { config, guard, groups }: RouteOptions,
): Promise<FastifyReply> {
  const { access } = config.statistics;
  if (!(await isAdmitted(request, reply, guard, access))) return reply;
  // The SDK asks from pages of other origins.
  if (access === 'open') reply.header('access-control-allow-origin', '*');
  const { format, groups: asked } = request.query as Readonly<Record<string, unknown>>;
  if (format !== 'json') return reply.type('text/plain; charset=utf-8').send(statText(groups()));
  return reply.send(statJson(groups(), typeof asked === 'string' ? asked : undefined));
}

async function isAdmitted(
  request: FastifyRequest,
  reply: FastifyReply,
  guard: Guard,
  access: 'guarded' | 'open',
): Promise<boolean> {
  return access === 'open' || guard.admit(request, reply, 'viewer');
}

/** One word for everybody; the reasons for those who may administer the server. Only those who say who they are are asked. */
async function readyAnswer(request: FastifyRequest, { ready, reasons }: Readiness, guard: Guard) {
  const status = ready ? 'ready' : 'unready';
  if (reasons.length === 0) return { status };
  const { admitted } = await guard.decide(request.raw, 'viewer');
  return admitted ? { status, reasons } : { status };
}
