import { z } from 'zod';
import { Publication } from '../../../streams/index.js';
import type { RestNeeds } from '../needs.js';
import { noRecorder, Refusal, recorderRefusal } from '../refusal.js';
import { terminate } from '../terminate.js';
import { type Api, notFound, paginate, problems } from './api.js';
import * as schemas from './schemas.js';
import { recordingView, streamView } from './views.js';

const tags = ['Streams'];

/** `/streams`: what is published, by name, and its recording. */
export function addStreamRoutes(api: Api, { streams, recorder, guard }: RestNeeds): void {
  const recorded = () => new Set(recorder?.list().map(({ mediaSessionId }) => mediaSessionId));
  const published = (name: string): Publication => {
    const found = streams.published(name);
    if (!found) throw new Refusal(404, 'No such stream is published.');
    return found;
  };

  api.get(
    '/streams',
    {
      schema: {
        tags,
        summary: 'Streams that are published, the oldest first',
        querystring: schemas.StreamQuery,
        response: { 200: schemas.pageOf(schemas.Stream), ...problems },
      },
    },
    async ({ query }) => {
      const { name = '', appKey } = query;
      const found = [...streams.all()]
        .filter(
          (one): one is Publication => one instanceof Publication && streams.published(one.name) === one,
        )
        .filter((one) => one.name.includes(name))
        .filter(({ session }) => appKey === undefined || session.identity.appKey === appKey);
      const marks = recorded();
      return paginate(found, query, (one) => streamView(one, marks));
    },
  );

  api.get(
    '/streams/:name',
    {
      schema: {
        tags,
        summary: 'One stream',
        params: schemas.NameParams,
        response: { 200: schemas.Stream, ...notFound },
      },
    },
    async ({ params }) => streamView(published(params.name), recorded()),
  );

  api.delete(
    '/streams/:name',
    {
      schema: {
        tags,
        summary: 'End a stream, for its publisher and all who watch',
        params: schemas.NameParams,
        response: { 204: z.undefined().meta({ description: 'It has ended.' }), ...notFound },
      },
    },
    async (request, reply) => {
      const found = published(request.params.name);
      guard.note(request, { streamName: found.name, mediaSessionId: found.id });
      terminate([found]);
      return reply.code(204).send();
    },
  );

  api.put(
    '/streams/:name/recording',
    {
      schema: {
        tags: ['Recordings'],
        summary: 'Record a stream',
        params: schemas.NameParams,
        body: schemas.RecordingRequest.nullish(),
        response: {
          201: schemas.Recording,
          ...notFound,
          409: { ...notFound[404], description: 'It is being recorded already.' },
        },
      },
    },
    async (request, reply) => {
      const { id: mediaSessionId, name: streamName } = published(request.params.name);
      guard.note(request, { streamName, mediaSessionId });
      if (!recorder) throw noRecorder();
      const { fileTemplate, rotation } = request.body ?? {};
      const wish = {
        ...(fileTemplate === undefined ? {} : { fileTemplate }),
        ...(rotation === undefined ? {} : { rotation }),
      };
      try {
        return await reply.code(201).send(recordingView(recorder.start({ mediaSessionId }, wish)));
      } catch (error) {
        throw recorderRefusal(error);
      }
    },
  );

  api.delete(
    '/streams/:name/recording',
    {
      schema: {
        tags: ['Recordings'],
        summary: 'End the recording of a stream',
        params: schemas.NameParams,
        response: { 204: z.undefined().meta({ description: 'It has ended.' }), ...notFound },
      },
    },
    async (request, reply) => {
      const { id: mediaSessionId, name: streamName } = published(request.params.name);
      guard.note(request, { streamName, mediaSessionId });
      if (!recorder) throw noRecorder();
      try {
        await recorder.stop(mediaSessionId);
      } catch (error) {
        throw recorderRefusal(error);
      }
      return reply.code(204).send();
    },
  );
}
