import type { Fingerprint } from './dtls-srtp.js';

/** What is known of the peer, mostly from its session description. */
export interface WebRtcTransportOptions {
  /** From the peer's session description. */
  readonly remoteUfrag: string;
  /** From there too: what answers our checks is signed with it. */
  readonly remotePassword: string;
  /** One of them has to be the peer's certificate's. */
  readonly remoteFingerprints: readonly Fingerprint[];
  /** This side's role in the handshake. */
  readonly dtlsRole: 'server' | 'client';
  /** Ms for ICE and DTLS to be done; 15,000 unless told. */
  readonly iceTimeoutMs?: number;
  /** Ms of silence after which the peer is given up; 15,000 unless told. */
  readonly keepAliveMs?: number;
}
