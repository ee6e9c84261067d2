import { z } from 'zod';
import type { RestNeeds } from '../needs.js';
import { recorderRefusal } from '../refusal.js';
import { type Api, notFound, paginate, problem, problems } from './api.js';
import * as schemas from './schemas.js';
import { recordingView } from './views.js';

const tags = ['Recordings'];

const Finished = z
  .object({
    fileName: z.string(),
    stream: z.string().nullable().meta({
      description: 'Name of the stream it is of; null where that is not known, as of files of others.',
    }),
    size: z.number().meta({ description: 'Bytes.' }),
    finishedAt: z.iso.datetime().meta({ description: 'Time in UTC.' }),
    url: z.string().nullable().meta({
      description:
        'Path and query of the file, good for some hours and for nobody else; null where none are served.',
    }),
  })
  .meta({ id: 'FinishedRecording' });

/** `/recordings`: what is being recorded, and what has been. */
export function addRecordingRoutes(api: Api, { recorder, finished, guard }: RestNeeds): void {
  api.get(
    '/recordings',
    {
      schema: {
        ...{ tags, summary: 'What is being recorded', querystring: schemas.Page },
        response: { 200: schemas.pageOf(schemas.Recording), ...problems },
      },
    },
    async ({ query }) => paginate(recorder?.list() ?? [], query, recordingView),
  );

  api.get(
    '/recordings/finished',
    {
      schema: {
        ...{ tags, summary: 'Recordings that are finished, the newest first', querystring: schemas.Page },
        response: { 200: schemas.pageOf(Finished), ...problems },
      },
    },
    async ({ query: { limit, offset } }) => {
      const { items, total } = await finished.list(offset, limit);
      const views = items.map((one) => ({ ...one, finishedAt: new Date(one.finishedAt).toISOString() }));
      return { items: views, total, limit, offset };
    },
  );

  api.delete(
    '/recordings/finished/:fileName',
    {
      schema: {
        ...{ tags, summary: 'Delete a recording' },
        params: z.object({ fileName: z.string().min(1).max(2048) }),
        response: {
          204: z.undefined().meta({ description: 'It is gone.' }),
          ...notFound,
          409: problem('It is not finished.'),
        },
      },
    },
    async (request, reply) => {
      const { fileName } = request.params;
      guard.note(request, { fileName });
      await finished.remove(fileName).catch((error) => {
        throw recorderRefusal(error);
      });
      return reply.code(204).send();
    },
  );
}
