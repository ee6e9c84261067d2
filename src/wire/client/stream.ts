import { z } from 'zod';
import { amount, flag, optionalFlag, optionalObject, optionalText, text } from '../fields.js';

/**
 * What publishing and playing have in common. `mediaSessionId` and `name` may be '': refusing that is a stream's status,
 * not a matter of form (WCS spec D.9). What a stream has is told by its SDP, never by `hasVideo` and `hasAudio`, which
 * the SDK often gets wrong (0.1 item 6).
 */
const mediaFields = {
  mediaSessionId: text(),
  name: text(),
  mediaProvider: text('WebRTC'),
  sdp: text(),
  /** For the backend, verbatim. */
  custom: optionalObject(),
  /** kbit/s, 0 = not limited; so are the next two. */
  bitrate: amount(),
  minBitrate: amount(),
  maxBitrate: amount(),
  /** Wanted ICE transport, 'UDP' or 'TCP'. */
  transport: optionalText(),
  /** false: no video orientation extension. */
  cvoExtension: optionalFlag(),
};

/** `publishStream` (WCS spec B.2). */
export const publishStreamSchema = z.object({ ...mediaFields, record: flag() });
export type PublishStream = z.infer<typeof publishStreamSchema>;

/** `playStream` (WCS spec B.4). `quality`, `width` and `height` are 0 for "as published". */
export const playStreamSchema = z.object({
  ...mediaFields,
  quality: amount(),
  /** Size of the picture, pixels. */
  width: amount(),
  height: amount(),
});
export type PlayStream = z.infer<typeof playStreamSchema>;

/** `unPublishStream` and `stopStream` (WCS spec B.3). */
export const stopStreamSchema = z.object({ mediaSessionId: text() });
export type StopStream = z.infer<typeof stopStreamSchema>;

/** `availableStream` (WCS spec B.5) and `snapshot` (B.6): a name, and the id to answer to. */
export const streamQuerySchema = z.object({ mediaSessionId: text(), name: text() });
export type StreamQuery = z.infer<typeof streamQuerySchema>;
