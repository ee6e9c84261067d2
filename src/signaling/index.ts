export type { ConnectedClient } from './connected-client.js';
export type { Client, MediaSocket, MessageHandlers, SignalingExtension } from './extension.js';
export { type CreateServer, type SignalingOptions, SignalingServer } from './signaling-server.js';
