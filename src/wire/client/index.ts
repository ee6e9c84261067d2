import type { z } from 'zod';
import { callReferenceSchema } from './call.js';
import { connectionSchema, emptySchema, mediaTransportSchema } from './connection.js';
import { dataStatusSchema, sendDataSchema, sendStreamEventSchema } from './data.js';
import { bugReportSchema, pushLogsSchema, sessionDebugSchema } from './diagnostics.js';
import { metricsBatchSchema, metricsDescriptionSchema } from './metrics.js';
import { playStreamSchema, publishStreamSchema, stopStreamSchema, streamQuerySchema } from './stream.js';

/** Every message a client sends that has a meaning here, and the schema of its one argument (WCS spec B). */
export const clientSchemas = {
  connection: connectionSchema,
  ping: emptySchema,
  pong: emptySchema,
  connectMediaTransport: mediaTransportSchema,
  publishStream: publishStreamSchema,
  unPublishStream: stopStreamSchema,
  playStream: playStreamSchema,
  stopStream: stopStreamSchema,
  availableStream: streamQuerySchema,
  snapshot: streamQuerySchema,
  sendStreamEvent: sendStreamEventSchema,
  sendData: sendDataSchema,
  DataStatusEvent: dataStatusSchema,
  call: callReferenceSchema,
  answer: callReferenceSchema,
  hangup: callReferenceSchema,
  hold: callReferenceSchema,
  unhold: callReferenceSchema,
  sendDtmf: callReferenceSchema,
  transfer: callReferenceSchema,
  pushLogs: pushLogsSchema,
  submitBugReport: bugReportSchema,
  sessionDebug: sessionDebugSchema,
  webRTCMetricsClientDescription: metricsDescriptionSchema,
  webRTCMetricsBatch: metricsBatchSchema,
} as const;

export type ClientMessageName = keyof typeof clientSchemas;

/** The payload of a message by its name. */
export type ClientPayload<Name extends ClientMessageName> = z.infer<(typeof clientSchemas)[Name]>;

/** One of the messages above; `data` is complete, defaults filled in. */
export type KnownClientMessage = {
  [Name in ClientMessageName]: { readonly name: Name; readonly data: ClientPayload<Name> };
}[ClientMessageName];

/** Messages of older clients that nobody needs any more (WCS spec B, column O). */
export const LEGACY_MESSAGES: ReadonlySet<string> = new Set([
  'pauseStream',
  'requestStreamInfo',
  'sendMessage',
  'notificationResult',
  'subscribe',
  'sendXcapRequest',
  'updateCallToVideo',
  'changeVideoState',
  'setUseProxy',
  'setLTState',
  'subscribeRoom',
  'unsubscribeRoom',
  'sendRoomData',
]);
