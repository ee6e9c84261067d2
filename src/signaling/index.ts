export type { Client, MessageHandlers, SignalingExtension } from './extension.js';
export { type CreateServer, type SignalingOptions, SignalingServer } from './signaling-server.js';
