import { z } from 'zod';

const date = z.iso.datetime().meta({ description: 'Time in UTC.' });
const codec = z.string().nullable();

export const Figures = z
  .object({
    videoBitrate: z.number().meta({ description: 'bit/s' }),
    fps: z.number(),
    nack: z.number().meta({ description: 'Packets asked for again, since the start.' }),
    pli: z.number().meta({ description: 'Key frames asked for, since the start.' }),
    lostPackets: z.number().meta({ description: 'Since the start.' }),
    roundTrip: z
      .number()
      .nullable()
      .meta({ description: 'To the client and back, ms; null while it has told nothing of it.' }),
    outgoing: z
      .object({
        bitrate: z.number().meta({ description: 'Sent to the viewer, audio and video, bit/s.' }),
        estimate: z
          .number()
          .meta({ description: 'Bandwidth that the viewer estimates, bit/s; 0 while unknown.' }),
        lossRate: z.number().meta({ description: 'Lost on the way to the viewer, 0 to 1.' }),
      })
      .nullable()
      .meta({ description: 'Of viewers only.' }),
  })
  .meta({ id: 'Figures', description: 'What the last second brought.' });

export const MediaSession = z
  .object({
    id: z.string(),
    kind: z.enum(['publish', 'play']),
    stream: z.string().meta({ description: 'The name of the stream.' }),
    sessionId: z.string(),
    appKey: z.string(),
    status: z.string().meta({ examples: ['PUBLISHING', 'PLAYING', 'PENDING'] }),
    mediaProvider: z.string().meta({ examples: ['WebRTC', 'MSE', 'WSPlayer'] }),
    videoCodec: codec,
    audioCodec: codec,
    width: z.number().meta({ description: 'Pixels; 0 while unknown.' }),
    height: z.number(),
    createdAt: date,
    figures: Figures.nullable().meta({ description: 'null in the first second.' }),
  })
  .meta({ id: 'MediaSession', description: 'One stream published or played by one client.' });

export const Stream = z
  .object({
    name: z.string(),
    viewers: z.number(),
    recording: z.boolean(),
    audioMuted: z.boolean().meta({ description: 'As the publisher says.' }),
    videoMuted: z.boolean().meta({ description: 'As the publisher says.' }),
    publisher: MediaSession,
  })
  .meta({ id: 'Stream', description: 'What is published under a name.' });

export const Session = z
  .object({
    id: z.string(),
    appKey: z.string(),
    remoteAddress: z.string(),
    connectedAt: date,
    clientVersion: z.string(),
    clientOSVersion: z.string(),
    clientBrowserVersion: z.string(),
    mediaProviders: z.array(z.string()),
    keepAlive: z.boolean().meta({ description: 'Whether it may come back when its connection has dropped.' }),
    mediaSessions: z.array(z.string()).meta({ description: 'Their ids.' }),
  })
  .meta({ id: 'Session', description: 'One connected client.' });

export const Recording = z
  .object({
    stream: z.string(),
    mediaSessionId: z.string(),
    fileName: z
      .string()
      .nullable()
      .meta({ description: 'The file that is written now; null while there is none.' }),
    startedAt: date,
  })
  .meta({ id: 'Recording', description: 'A stream that is being recorded.' });

export const RecordingRequest = z
  .strictObject({
    fileTemplate: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({ description: 'As the setting of recordings.' }),
    rotation: z
      .union([z.string().max(32), z.int().positive()])
      .optional()
      .meta({ description: 'A new file after so many seconds, or, with an M behind the number, MiB.' }),
  })
  .meta({ id: 'RecordingRequest' });

/** Not `z.json()`, which refers to itself: the document would name schemas that it does not have. */
const anything = z.union([
  z.record(z.string(), z.unknown()),
  z.array(z.unknown()),
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
]);

export const DataRequest = z
  .strictObject({
    payload: anything.meta({ description: 'Anything; the client gets it as it is.' }),
    operationId: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({ description: 'What the client is told beside it; one is made where there is none.' }),
  })
  .meta({ id: 'DataRequest' });

export const ServerInfo = z
  .object({
    product: z.literal('Sluice'),
    version: z.string(),
    uptime: z.number().meta({ description: 'Seconds.' }),
    sessions: z.number(),
    streams: z.number(),
    viewers: z.number(),
    recordings: z.number(),
    abilities: z.object({ recording: z.boolean() }),
  })
  .meta({ id: 'ServerInfo' });

export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(500)
  .default(100)
  .meta({ description: 'Most items to give.' });
const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(10_000_000)
  .default(0)
  .meta({ description: 'How many items to leave out at the beginning.' });
const text = z.string().max(4096).optional();

export const Page = z.strictObject({ limit, offset });
export const StreamQuery = z.strictObject({
  limit,
  offset,
  name: text.meta({ description: 'A part of the name.' }),
  appKey: text,
});
export const MediaSessionQuery = z.strictObject({
  limit,
  offset,
  kind: z.enum(['publish', 'play']).optional(),
  stream: text.meta({ description: 'The whole name.' }),
  sessionId: text,
  status: text,
});
export const SessionQuery = z.strictObject({ limit, offset, appKey: text });

export const NameParams = z.object({ name: z.string().min(1).max(2048) });
export const IdParams = z.object({ id: z.string().min(1).max(2048) });

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.int().meta({ description: 'Of all pages.' }),
    limit: z.int(),
    offset: z.int(),
  });
}
