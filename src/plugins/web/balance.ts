import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/index.js';
import { plainHost } from './headers.js';

/** What `/?action=NAME` answers. */
export type Action = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;

/** What WCS itself has; told where nothing here is known to speak TLS. */
const usualWssPort = 8443;

/** `/?action=NAME` (WCS spec A.1, G.2): `balance`, and others' actions; `/` without an action goes on to its page. */
export function addActions(
  app: FastifyInstance,
  balance: Config['balance'],
  wsPort: number,
  wssPort = usualWssPort,
  others: Readonly<Record<string, Action>> = {},
): void {
  const actions = new Map<unknown, Action>([
    ['balance', balanceAction(balance, wsPort, wssPort)],
    ...Object.entries(others),
  ]);
  app.addHook<{ Querystring: { action?: unknown } }>('preHandler', async (request, reply) => {
    const { action } = request.query;
    if (request.routeOptions.url !== '/' || action === undefined) return;
    const answer = actions.get(action);
    return answer ? answer(request, reply) : reply.code(404).send({ error: 'Unknown action' });
  });
}

/** Where the SDK is to connect, as it reads what its `lbUrl` gives: from a page of any origin (WCS spec A.1). */
function balanceAction({ server, ws, flash }: Config['balance'], wsPort: number, wss: number): Action {
  return (request, reply) => {
    reply.header('access-control-allow-origin', '*');
    const host = server === '' ? plainHost(request.headers.host) : server;
    if (host === null) return reply.code(400).send({ error: 'The Host header names no host' });
    return reply.send({ server: host, ws: ws === 0 ? wsPort : ws, wss, flash });
  };
}
