export type { DropCounters } from './drop-counters.js';
export type { Fingerprint } from './dtls-srtp.js';
export type { IceCredentials } from './ice-credentials.js';
export { PortMux } from './port-mux.js';
export type { PortMuxOptions, PortMuxStats, TcpOptions } from './port-mux-types.js';
export type { TcpStats } from './tcp-port-types.js';
export type { TransportFailure, TransportHandler } from './transport-handler.js';
export { WebRtcTransport } from './webrtc-transport.js';
export type { WebRtcTransportOptions } from './webrtc-transport-options.js';
