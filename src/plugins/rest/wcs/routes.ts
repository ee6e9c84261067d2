import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../../../admin/index.js';
import { answerProblems, readJsonOnly } from '../http.js';
import type { RestNeeds } from '../needs.js';
import { Refusal } from '../refusal.js';
import { connectionMethods } from './connection-methods.js';
import { dataMethods } from './data-methods.js';
import type { Method } from './method.js';
import { missingMethod } from './missing-methods.js';
import { recorderMethods } from './recorder-methods.js';
import { streamMethods } from './stream-methods.js';
import { transcoderMethods } from './transcoder-methods.js';

const base = '/rest-api';

/** The REST API of WCS: `/rest-api/*`, GET without a body or POST with JSON, as its clients send them (WCS spec G.1). */
export function addWcsRoutes(scope: FastifyInstance, needs: RestNeeds): void {
  const { guard, clients, recorder, transcoders, log } = needs;
  const methods = new Map<string, Method>(
    Object.entries({
      ...streamMethods(needs),
      ...recorderMethods(recorder),
      ...transcoderMethods(transcoders),
      ...connectionMethods(clients),
      ...dataMethods(clients),
    }),
  );
  const methodOf = (request: FastifyRequest): Method | null => {
    const path = pathOf(request);
    return methods.get(path) ?? missingMethod(path);
  };
  const roleFor = (request: FastifyRequest): Role => methodOf(request)?.role ?? 'viewer';

  guard.protect(scope, { preflight: base, roleFor });
  readJsonOnly(scope);
  answerProblems(scope, log);
  scope.route({
    method: ['GET', 'POST'],
    url: `${base}/*`,
    handler: async (request, reply) => {
      const method = methodOf(request);
      if (!method) throw new Refusal(404, 'There is no such method.');
      if (request.method !== 'POST' && method.role === 'operator') {
        throw new Refusal(400, 'What changes something is asked for by POST.');
      }
      const answer = await method.call(request.body ?? {}, (note) => guard.note(request, note));
      if (answer === undefined) return reply.code(200).send();
      return reply.code(200).type('application/json; charset=utf-8').send(JSON.stringify(answer));
    },
  });
}

/** What follows the base: `stream/find_all`. */
function pathOf({ url }: FastifyRequest): string {
  return url
    .replace(/\?.*$/s, '')
    .slice(base.length + 1)
    .replace(/\/$/, '');
}
