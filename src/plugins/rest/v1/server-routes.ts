import { z } from 'zod';
import type { RestNeeds } from '../needs.js';
import { type Api, problems } from './api.js';
import * as schemas from './schemas.js';

/** `/server` and `/health`. */
export function addServerRoutes(api: Api, needs: RestNeeds): void {
  const { streams, clients, recorder, drain, version, uptime } = needs;

  api.get(
    '/server',
    {
      schema: {
        tags: ['Server'],
        summary: 'What this server is and does',
        response: { 200: schemas.ServerInfo, ...problems },
      },
    },
    async () => {
      const mediaSessions = [...streams.all()];
      const publications = mediaSessions.filter(({ published }) => published).length;
      return {
        product: 'Sluice' as const,
        version,
        uptime: uptime(),
        sessions: clients.clients().length,
        streams: publications,
        viewers: mediaSessions.length - publications,
        recordings: recorder?.list().length ?? 0,
        abilities: { recording: recorder !== null },
      };
    },
  );

  if (drain) addDrain(api, drain);

  api.get(
    '/health',
    {
      schema: {
        tags: ['Server'],
        summary: 'Whether it answers',
        response: { 200: schemas.Health, ...problems },
      },
    },
    async () => ({ status: 'ok' as const }),
  );
}

function addDrain(api: Api, drain: () => void): void {
  api.post(
    '/server/drain',
    {
      schema: {
        tags: ['Server'],
        summary: 'Let nobody new in, and end once everybody has gone',
        response: { 202: z.undefined().meta({ description: 'It has begun.' }), ...problems },
      },
    },
    async (_request, reply) => {
      drain();
      return reply.code(202).send();
    },
  );
}
