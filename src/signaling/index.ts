export type { ConnectedClient } from './connected-client.js';
export type { Client, MessageHandlers, SignalingExtension } from './extension.js';
export { type SignalingOptions, SignalingServer } from './signaling-server.js';
