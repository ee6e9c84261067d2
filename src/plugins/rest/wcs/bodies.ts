import { z } from 'zod';
import { Refusal } from '../refusal.js';

/** null means the same as nothing: any (WCS spec G.1). What nobody reads is left out. */
const text = z.string().max(4096).nullish();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).nullish();
const size = z.int().min(0).max(4096).nullish();

const streamFilter = {
  mediaSessionId: text,
  name: text,
  published: flag,
  status: text,
  sessionId: text,
  appKey: text,
};

export const bodies = {
  none: z.object({}),
  findStreams: z.object({ ...streamFilter, display: z.array(z.string().max(64)).max(16).nullish() }),
  terminateStreams: z.object({
    ...streamFilter,
    mediaSessionIds: z.array(z.string().max(256)).max(1000).nullish(),
  }),
  snapshot: z.object({ streamName: z.string().min(1).max(4096) }),
  startRecording: z.object({
    mediaSessionId: z.string().min(1).max(256),
    config: z
      .object({
        fileTemplate: z.string().max(1024).nullish(),
        rotation: z.union([z.string().max(32), z.number()]).nullish(),
      })
      .nullish(),
  }),
  startTranscoder: z.object({
    uri: z
      .string()
      .regex(/^transcoder:\/\/./, 'a transcoder has a URI like transcoder://name')
      .max(1024),
    remoteStreamName: z.string().min(1).max(4096),
    localStreamName: z.string().min(1).max(4096),
    encoder: z
      .object({
        codec: z.enum(['H264', 'VP8']).nullish(),
        width: size,
        height: size,
        bitrate: z.number().min(0).max(100_000).nullish(),
        fps: z.number().min(1).max(120).nullish(),
        keyFrameInterval: z.number().min(1).max(10_000).nullish(),
        watermark: text,
      })
      .nullish(),
  }),
  findTranscoders: z.object({ uri: text, remoteStreamName: text, localStreamName: text }),
  transcoder: z.object({ uri: z.string().min(1).max(1024) }),
  mediaSession: z.object({ mediaSessionId: z.string().min(1).max(256) }),
  findConnections: z.object({ clientVersion: text, sessionId: text, appKey: text }),
  session: z.object({ sessionId: z.string().min(1).max(256) }),
  data: z.object({
    sessionId: z.string().min(1).max(256),
    operationId: z.string().max(256).nullish(),
    payload: z.json(),
  }),
  logLevel: z.object({ sessionId: z.string().min(1).max(256), logLevel: z.string().max(64) }),
};

/**
 * Reads a body.
 * @throws Refusal 400 that says what is wrong
 */
export function readBody<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new Refusal(400, `${where}${issue?.message ?? 'the body is not understood'}`);
}
