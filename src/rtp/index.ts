export * from './codecs/index.js';
export * from './dependency-descriptor.js';
export { DependencyStructure } from './dependency-structure.js';
export * from './extension-writer.js';
export * from './packet.js';
export * from './pipe-ssrc.js';
export { RedPayload } from './red.js';
export * from './rtcp/index.js';
export * from './sequence.js';
