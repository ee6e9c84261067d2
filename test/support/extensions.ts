import type { SignalingExtension } from '../../src/signaling/index.js';
import type { StreamService } from '../../src/streams/index.js';

/** Makes each extension that the server runs with, for tests of the protocol as a whole. */
export const extensionFactories: readonly ((streams: StreamService) => SignalingExtension)[] = [];
