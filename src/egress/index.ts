export type { EgressSettings } from './channel.js';
export {
  Egress,
  type EgressEvents,
  type EgressOutput,
  type EgressSource,
  type EgressStatistics,
} from './egress.js';
export { EgressUnavailable, type OutputListener } from './egress-process-handle.js';
export type { OutputEvent, OutputRequest } from './outputs/output.js';
export type { RecordEvent, RecordRequest } from './outputs/record-output.js';
export type { MseRequest, WsPlayerRequest } from './outputs/ws-media-request.js';
export type { WsPacket } from './outputs/ws-packet.js';
export {
  defaultTemplate,
  findLeftovers,
  finishLeftovers,
  namedAtEnd,
  type RecordedFile,
  type RecoveredFile,
} from './recording/index.js';
export { type EgressOptions, egressSettings } from './settings.js';
export { StreamTranscoder } from './stream-transcoder.js';
export { takeSnapshot } from './take-snapshot.js';
