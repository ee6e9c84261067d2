import { z } from 'zod';
import { amount, flag, optionalFlag, optionalObject, optionalText, text, texts } from '../fields.js';

/**
 * What every message about a stream has. `mediaSessionId` and `name` may be '': refusing that is a stream's status, not
 * a matter of form (WCS spec D.9). `hasVideo` and `hasAudio` are what the SDK says, which is often wrong (0.1 item 6).
 */
const streamFields = {
  mediaSessionId: text(),
  name: text(),
  published: flag(),
  hasVideo: flag(),
  hasAudio: flag(),
  /** The SDK's current status; '' after one of its own errors. */
  status: text(),
  record: flag(),
};

const mediaFields = {
  ...streamFields,
  mediaProvider: text('WebRTC'),
  sdp: text(),
  /** For the backend, verbatim. */
  custom: optionalObject(),
  /** kbit/s, 0 = not limited; so are the next two. */
  bitrate: amount(),
  minBitrate: amount(),
  maxBitrate: amount(),
  /** The application's, verbatim. */
  constraints: optionalObject(),
  /** Wanted ICE transport, 'UDP' or 'TCP'. */
  transport: optionalText(),
  cvoExtension: optionalFlag(),
  stripCodecs: texts(),
};

/** `publishStream` (WCS spec B.2). */
export const publishStreamSchema = z.object({
  ...mediaFields,
  rtmpUrl: optionalText(),
  localMediaInfo: optionalObject(),
});
export type PublishStream = z.infer<typeof publishStreamSchema>;

/** `playStream` (WCS spec B.4). Width, height and quality are 0 for "as published". */
export const playStreamSchema = z.object({
  ...mediaFields,
  width: amount(),
  height: amount(),
  quality: amount(),
});
export type PlayStream = z.infer<typeof playStreamSchema>;

/** `unPublishStream` and `stopStream` (WCS spec B.3). */
export const stopStreamSchema = z.object(streamFields);
export type StopStream = z.infer<typeof stopStreamSchema>;

/** `availableStream` (WCS spec B.5) and `snapshot` (B.6): a name, and the id to answer to. */
export const streamQuerySchema = z.object({ mediaSessionId: text(), name: text() });
export type StreamQuery = z.infer<typeof streamQuerySchema>;
