export { type SignalingOptions, SignalingServer } from './signaling-server.js';
