import { z } from 'zod';
import { randomName } from '../../../kit/index.js';
import type { RestNeeds } from '../needs.js';
import { Refusal } from '../refusal.js';
import { terminate } from '../terminate.js';
import { type Api, notFound, paginate, problems } from './api.js';
import * as schemas from './schemas.js';
import { mediaSessionView, sessionView } from './views.js';

const ended = z.undefined().meta({ description: 'It has ended.' });

/** `/sessions`: who is connected; `/media-sessions`: what each of them publishes and plays. */
export function addSessionRoutes(api: Api, { streams, clients, guard }: RestNeeds): void {
  addMediaSessions(api, streams, guard);
  const tags = ['Sessions'];
  const noSession = () => new Refusal(404, 'No such session.');

  api.get(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'Connected clients, the oldest first',
        querystring: schemas.SessionQuery,
        response: { 200: schemas.pageOf(schemas.Session), ...problems },
      },
    },
    async ({ query }) => {
      const { appKey } = query;
      const found = clients
        .clients()
        .filter(({ session }) => appKey === undefined || session.identity.appKey === appKey);
      return paginate(found, query, sessionView);
    },
  );

  api.get(
    '/sessions/:id',
    {
      schema: {
        tags,
        summary: 'One client',
        params: schemas.IdParams,
        response: { 200: schemas.Session, ...notFound },
      },
    },
    async ({ params }) => {
      const found = clients.client(params.id);
      if (!found) throw noSession();
      return sessionView(found);
    },
  );

  api.delete(
    '/sessions/:id',
    {
      schema: {
        tags,
        summary: 'Disconnect a client: its streams end',
        params: schemas.IdParams,
        response: { 204: ended, ...notFound },
      },
    },
    async (request, reply) => {
      const sessionId = request.params.id;
      guard.note(request, { sessionId });
      if (!clients.disconnect(sessionId, 'terminated by REST')) throw noSession();
      return reply.code(204).send();
    },
  );

  api.post(
    '/sessions/:id/data',
    {
      schema: {
        tags,
        summary: 'Give a client data: its event APP_DATA',
        params: schemas.IdParams,
        body: schemas.DataRequest,
        response: { 204: z.undefined().meta({ description: 'It is on its way.' }), ...notFound },
      },
    },
    async (request, reply) => {
      const sessionId = request.params.id;
      const { payload, operationId = randomName() } = request.body;
      guard.note(request, { sessionId });
      if (!clients.sendData(sessionId, payload, operationId)) throw noSession();
      return reply.code(204).send();
    },
  );
}

function addMediaSessions(api: Api, streams: RestNeeds['streams'], guard: RestNeeds['guard']): void {
  const tags = ['Media sessions'];
  const find = (id: string) => {
    const found = streams.mediaSession(id);
    if (!found) throw new Refusal(404, 'No such media session.');
    return found;
  };

  api.get(
    '/media-sessions',
    {
      schema: {
        tags,
        summary: 'What is published and played, the oldest first',
        querystring: schemas.MediaSessionQuery,
        response: { 200: schemas.pageOf(schemas.MediaSession), ...problems },
      },
    },
    async ({ query }) => {
      const { kind, stream, sessionId, status } = query;
      const found = [...streams.all()].filter(
        (one) =>
          (kind === undefined || (kind === 'publish') === one.published) &&
          (stream === undefined || stream === one.name) &&
          (sessionId === undefined || sessionId === one.session.id) &&
          (status === undefined || status === one.status),
      );
      return paginate(found, query, mediaSessionView);
    },
  );

  api.get(
    '/media-sessions/:id',
    {
      schema: {
        tags,
        summary: 'One stream of one client',
        params: schemas.IdParams,
        response: { 200: schemas.MediaSession, ...notFound },
      },
    },
    async ({ params }) => mediaSessionView(find(params.id)),
  );

  api.delete(
    '/media-sessions/:id',
    {
      schema: {
        tags,
        summary: 'End one stream of one client',
        params: schemas.IdParams,
        response: { 204: ended, ...notFound },
      },
    },
    async (request, reply) => {
      const found = find(request.params.id);
      guard.note(request, { mediaSessionId: found.id, streamName: found.name });
      terminate([found]);
      return reply.code(204).send();
    },
  );
}
