export { type BandwidthNotice, BandwidthShortage, type NotEnoughBandwidth } from './bandwidth-watch.js';
export type { IceTransport } from './candidates.js';
export { type Gate, gateOf, openGate, type RequestChanges, type StreamAction, type Verdict } from './gate.js';
export * from './media-plane.js';
export type {
  MediaProcessStatistics,
  MediaStatistics,
  PortStatistics,
} from './media-process-statistics.js';
export type { Carrier, MediaSession } from './media-session.js';
export { Playback } from './playback.js';
export type { PlaybackProvider } from './playback-provider.js';
export { Publication, type StreamRecording } from './publication.js';
export { videoShareOf } from './publish-bitrate.js';
export { type ClientIdentity, Session } from './session.js';
export type { PublisherEvent } from './stream-events.js';
export { type StreamEvents, StreamService, type StreamServiceOptions } from './stream-service.js';
export { derivedTracks, isPossible, type PlayWish, videoWish } from './transcode-wish.js';
export {
  type DerivedListener,
  type DerivedStream,
  type TranscodeWish,
  type Transcoding,
  TranscodingRefused,
  type VideoWish,
} from './transcoding.js';
