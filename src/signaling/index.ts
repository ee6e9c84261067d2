export type { Admittance, Client, MessageHandlers, SignalingExtension } from './extension.js';
export { type SignalingOptions, SignalingServer } from './signaling-server.js';
export { streamStatusFields } from './stream-status.js';
