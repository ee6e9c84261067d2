import { z } from 'zod';
import type { RestNeeds, TranscoderView } from '../needs.js';
import { Refusal, transcoderRefusal } from '../refusal.js';
import { type Api, notFound, paginate, problems } from './api.js';
import * as schemas from './schemas.js';

const tags = ['Transcoders'];
const side = z
  .int()
  .min(0)
  .max(4096)
  .default(0)
  .meta({ description: 'Pixels; 0 for what follows from the other, and from the source.' });

const Encoder = {
  source: z.string().min(1).max(2048).meta({ description: 'The stream that it is made of.' }),
  width: side,
  height: side,
  bitrate: z.int().min(0).max(20_000).default(0).meta({ description: 'kbit/s; 0 for what suits the size.' }),
  fps: z.int().min(0).max(120).default(0).meta({ description: 'Most pictures a second; 0 for all.' }),
  keyFrameInterval: z.number().min(0).max(60).default(0).meta({ description: 'Seconds; 0 for 2.' }),
};
const name = z.string().min(1).max(2048).meta({ description: 'The stream that is made.' });
const Codec = z.enum(['H264', 'VP8']);

const TranscoderRequest = z
  .strictObject({
    name,
    ...Encoder,
    codec: Codec.optional().meta({ description: 'That of the source, where it can be made, without.' }),
  })
  .meta({ id: 'TranscoderRequest' });

const Transcoder = z
  .object({
    name,
    ...Encoder,
    codec: Codec,
    uri: z.string().meta({ description: 'What the REST API of WCS knows it by.' }),
    mediaSessionId: z.string(),
    status: z.string(),
    startedAt: z.iso.datetime(),
  })
  .meta({ id: 'Transcoder', description: 'A stream that is made of another, under a name of its own.' });

/** `/transcoders`, by the names of the streams that they make. */
export function addTranscoderRoutes(api: Api, { transcoders, guard }: RestNeeds): void {
  const find = (wanted: string): TranscoderView => {
    const found = transcoders.list().find((one) => one.name === wanted);
    if (!found) throw new Refusal(404, 'No such transcoder runs.');
    return found;
  };

  api.get(
    '/transcoders',
    {
      schema: {
        tags,
        summary: 'Transcoders that run, the oldest first',
        querystring: schemas.Page,
        response: { 200: schemas.pageOf(Transcoder), ...problems },
      },
    },
    async ({ query }) => paginate(transcoders.list(), query, view),
  );

  api.get(
    '/transcoders/:name',
    {
      schema: {
        tags,
        summary: 'One transcoder',
        params: schemas.NameParams,
        response: { 200: Transcoder, ...notFound },
      },
    },
    async ({ params }) => view(find(params.name)),
  );

  api.post(
    '/transcoders',
    {
      schema: {
        tags,
        summary: 'Make a stream of another, until that ends',
        body: TranscoderRequest,
        response: {
          201: Transcoder,
          ...notFound,
          409: { ...notFound[404], description: 'The name is in use.' },
          501: { ...notFound[404], description: 'There is no ffmpeg with an encoder for it.' },
          503: { ...notFound[404], description: 'Too many run.' },
        },
      },
    },
    async (request, reply) => {
      const { codec = null, ...order } = request.body;
      guard.note(request, { streamName: order.name });
      try {
        const made = await transcoders.start({ ...order, codec, uri: `transcoder://${order.name}` });
        return await reply.code(201).send(view(made));
      } catch (error) {
        throw transcoderRefusal(error);
      }
    },
  );

  api.delete(
    '/transcoders/:name',
    {
      schema: {
        tags,
        summary: 'End a transcoder, and the stream that it makes',
        params: schemas.NameParams,
        response: { 204: z.undefined().meta({ description: 'It has ended.' }), ...notFound },
      },
    },
    async (request, reply) => {
      const { uri, name: streamName } = find(request.params.name);
      guard.note(request, { streamName });
      transcoders.stop(uri);
      return reply.code(204).send();
    },
  );
}

function view(transcoder: TranscoderView): z.output<typeof Transcoder> {
  return { ...transcoder, startedAt: new Date(transcoder.startedAt).toISOString() };
}
