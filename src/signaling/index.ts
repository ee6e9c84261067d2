export type { ConnectedClient } from './connected-client.js';
export type { Admittance, Client, MediaSocket, MessageHandlers, SignalingExtension } from './extension.js';
export { type CreateServer, type SignalingOptions, SignalingServer } from './signaling-server.js';
export { streamStatusFields } from './stream-status.js';
