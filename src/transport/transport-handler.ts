import type { Memory } from '../kit/index.js';

/**
 * `ice-timeout`: no valid check, or no finished handshake, in time. `ice-keep-alive`: silence since. `dtls-error`: the
 * handshake failed. `dtls-fingerprint`: the certificate is not the one in the session description.
 */
export type TransportFailure = 'ice-timeout' | 'ice-keep-alive' | 'dtls-error' | 'dtls-fingerprint';

/** What happens on a transport. Any of these may close it. */
export interface TransportHandler {
  /** ICE and DTLS are done: packets may be sent. Once. */
  onConnected(now: number): void;
  /** A decrypted RTP packet, there until this returns. */
  onRtp(memory: Memory, offset: number, length: number, now: number): void;
  /** A decrypted RTCP compound, there until this returns. */
  onRtcp(memory: Memory, offset: number, length: number, now: number): void;
  /** It broke, and is closed already. @param detail one line for the log */
  onFailed(reason: TransportFailure, detail: string): void;
  /** The peer said goodbye; it is closed already. */
  onRemoteClosed(now: number): void;
}
