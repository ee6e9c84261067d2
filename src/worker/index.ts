export { createCertificate, type MediaCertificate } from './certificate.js';
export type { MediaProcessSettings } from './channel.js';
export { MediaPool, type MediaPoolEvents, type MediaPoolOptions } from './media-pool.js';
export { MediaProcessUnfit } from './media-process-handle.js';
