export type { DropCounters } from './drop-counters.js';
export type { Fingerprint } from './dtls-srtp.js';
export type { IceCredentials } from './ice-credentials.js';
export type { TransportFailure, TransportHandler } from './transport-handler.js';
export { UdpMux, type UdpMuxOptions, type UdpMuxStats } from './udp-mux.js';
export { WebRtcTransport } from './webrtc-transport.js';
export type { WebRtcTransportOptions } from './webrtc-transport-options.js';
