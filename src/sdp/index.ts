export { type Abilities, agreePlay, agreePublish, type PublishedTrack } from './agree.js';
export {
  type AcceptedSection,
  type AgreedCodec,
  type AgreedExtension,
  type AgreedSection,
  type AgreedTransport,
  type Agreement,
  acceptedSections,
  type RejectedSection,
  type RejectReason,
} from './agreement.js';
export { isSdpFault, type NoCommonCodecs, type SdpFault, type SdpFaultCode } from './fault.js';
export type { Fingerprint } from './fingerprint.js';
export type {
  BitrateLimits,
  LocalCandidate,
  LocalDescription,
  LocalTrack,
  LocalTransport,
} from './local-description.js';
export type {
  Direction,
  Feedback,
  Offer,
  OfferedCodec,
  OfferedEncoding,
  OfferedExtension,
  OfferedTransport,
  OfferSection,
} from './offer.js';
export { parseOffer } from './parse-offer.js';
export type { AudioRedundancy } from './redundancy.js';
export { writeAnswer } from './write-answer.js';
