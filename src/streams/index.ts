export type { BandwidthNotice, NotEnoughBandwidth } from './bandwidth-watch.js';
export { type Gate, openGate, type StreamAction } from './gate.js';
export * from './media-plane.js';
export type { MediaSession } from './media-session.js';
export { Playback } from './playback.js';
export { Publication } from './publication.js';
export { type ClientIdentity, Session } from './session.js';
export type { PublisherEvent } from './stream-events.js';
export { type StreamEvents, StreamService, type StreamServiceOptions } from './stream-service.js';
