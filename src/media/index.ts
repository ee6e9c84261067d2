export * from './description.js';
export type { FeedReader, PacketBatch } from './feed.js';
export { Feed } from './feed.js';
export { FrameReader } from './frames/frame-reader.js';
export type { FrameListener, MediaFrame } from './frames/media-frame.js';
export { PacketCache } from './packet-cache.js';
export type { MemoryPool, PacketSink } from './packet-sink.js';
export { FeedPipe, type PipeListener } from './pipe/feed-pipe.js';
export {
  pipedDescriptions,
  pipedPayloadType,
  pipeReceiverSsrc,
} from './pipe/piped-description.js';
export { Publisher, type PublisherListener } from './publisher.js';
export type { MediaSettings } from './settings.js';
export { UpTrack, type UpTrackListener } from './up-track.js';
export { Viewer, type ViewerListener } from './viewer.js';
