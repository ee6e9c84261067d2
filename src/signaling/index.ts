export type { Client, MediaSocket, MessageHandlers, SignalingExtension } from './extension.js';
export { type SignalingOptions, SignalingServer } from './signaling-server.js';
