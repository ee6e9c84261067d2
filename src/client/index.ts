export { ApiClient, type ApiClientOptions, type ApiMessage, infoOf } from './api-client.js';
export { connectivityCheck } from './connectivity-check.js';
export type { Candidate } from './link.js';
export { MediaConnection, type MediaHandler } from './media-connection.js';
export {
  type Answer,
  type LocalIdentity,
  type OfferedFormat,
  type OfferedMedia,
  readAnswer,
  writeOffer,
} from './offer.js';
export { reachOverTcp, reachOverUdp } from './reach.js';
