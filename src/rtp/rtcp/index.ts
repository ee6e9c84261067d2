export { writeBye } from './bye.js';
export { writeDelaySinceLastReference, writeReceiverReferenceTime } from './extended-report.js';
export { writeFir } from './fir.js';
export { NullRtcpHandler, type RtcpHandler } from './handler.js';
export { writeNack } from './nack.js';
export * from './ntp.js';
export { writePli } from './pli.js';
export { readRtcp } from './read.js';
export { writeReceiverReport } from './receiver-report.js';
export { writeRemb } from './remb.js';
export type { ReportBlock } from './report-block.js';
export { writeSenderReport } from './sender-report.js';
export { writeSdesCname } from './source-description.js';
export { MAX_FEEDBACK_STATUSES } from './transport-feedback/format.js';
export {
  MIN_FEEDBACK_LIMIT,
  transportFeedbackCount,
  writeTransportFeedback,
} from './transport-feedback/writer.js';
