import type { RestNeeds } from '../needs.js';
import { type Api, paginate, problems } from './api.js';
import * as schemas from './schemas.js';
import { recordingView } from './views.js';

/** `/server`, `/health` and `/recordings`. */
export function addServerRoutes(api: Api, needs: RestNeeds): void {
  const { streams, clients, recorder, version, uptime } = needs;

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

  api.get(
    '/recordings',
    {
      schema: {
        tags: ['Recordings'],
        summary: 'What is being recorded',
        querystring: schemas.Page,
        response: { 200: schemas.pageOf(schemas.Recording), ...problems },
      },
    },
    async ({ query }) => paginate(recorder?.list() ?? [], query, recordingView),
  );
}
