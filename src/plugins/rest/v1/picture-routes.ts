import { z } from 'zod';
import type { RestNeeds } from '../needs.js';
import { Refusal, snapshotRefusal } from '../refusal.js';
import { type Api, notFound, problem } from './api.js';
import * as schemas from './schemas.js';

const busy = problem('As many pictures as may be are being made; try again.');
/** s */
const retryAfter = '2';

/** `/streams/{name}/snapshot` and `/thumbnail`: pictures of streams. */
export function addPictureRoutes(api: Api, { streams, snapshot, thumbnail }: RestNeeds): void {
  const published = (name: string): string => {
    if (!streams.published(name)) throw new Refusal(404, 'No such stream is published.');
    return name;
  };
  const add = (
    path: string,
    summary: string,
    type: string,
    take: (streamName: string) => Promise<Buffer>,
  ) => {
    const picture = { description: 'The picture.', content: { [type]: { schema: z.any() } } };
    api.get(
      path,
      {
        schema: {
          ...{ tags: ['Streams'], summary, params: schemas.NameParams, produces: [type] },
          response: { 200: picture, ...notFound, 503: busy },
        },
      },
      async ({ params }, reply) => {
        const streamName = published(params.name);
        try {
          return await reply.type(type).send(await take(streamName));
        } catch (error) {
          const refusal = snapshotRefusal(error);
          if (refusal.statusCode === 503) reply.header('retry-after', retryAfter);
          throw refusal;
        }
      },
    );
  };
  add('/streams/:name/snapshot', 'A picture of a stream, as PNG', 'image/png', snapshot);
  add(
    '/streams/:name/thumbnail',
    'A picture of a stream, 320 pixels wide and 10 s old at most, as JPEG',
    'image/jpeg',
    thumbnail,
  );
}
