export type { CallReference } from './client/call.js';
export type { Connection, Empty } from './client/connection.js';
export type { DataStatus, SendData, SendStreamEvent } from './client/data.js';
export type { BugReport, PushLogs, SessionDebug } from './client/diagnostics.js';
export {
  type ClientMessageName,
  type ClientPayload,
  clientSchemas,
  type KnownClientMessage,
  LEGACY_MESSAGES,
} from './client/index.js';
export type { MetricsBatch, MetricsDescription } from './client/metrics.js';
export type { PlayStream, PublishStream, StopStream, StreamQuery } from './client/stream.js';
export { publishStreamSchema } from './client/stream.js';
export {
  isTerminal,
  MediaProvider,
  SessionStatus,
  StreamEventType,
  StreamInfo,
  StreamStatus,
} from './constants.js';
export { type ClientMessage, decode, type Malformed, type UnknownClientMessage } from './decode.js';
export type { JsonObject } from './fields.js';
export type {
  Failure,
  UserData,
  VideoRate,
  WireStreamEvent,
} from './server/index.js';
export * as encode from './server/index.js';
export { type StreamStatusFields, streamObject } from './stream-object.js';
