import { REPLAYED, TOO_MANY_SOURCES, UNAUTHENTIC } from './srtp-receiver.js';

/** Datagrams that were dropped, by reason. */
export interface DropCounters {
  /** Longer than a receive slot. */
  truncated: number;
  /** First byte of no protocol this port speaks (RFC 7983). */
  unknownProtocol: number;
  stunMalformed: number;
  /** FINGERPRINT does not match. */
  stunFingerprint: number;
  /** No transport has this user name fragment. */
  stunUnknownUfrag: number;
  /** The user name fragments do not belong together. */
  stunUsername: number;
  /** MESSAGE-INTEGRITY is missing or wrong. */
  stunIntegrity: number;
  /** A response to nothing that was asked, or an indication. */
  stunUnexpected: number;
  addressTableFull: number;
  /** DTLS or SRTP from an address that no authenticated check came from. */
  unknownSource: number;
  dtlsMalformed: number;
  /** SRTP before the handshake was done. */
  srtpEarly: number;
  srtpMalformed: number;
  srtpReplayed: number;
  srtpUnauthentic: number;
  /** More synchronisation sources than a transport keeps. */
  srtpTooManySources: number;
  /** Nothing to send to, or with, yet; or OpenSSL would not encrypt. */
  notSent: number;
}

export function newDropCounters(): DropCounters {
  return {
    truncated: 0,
    unknownProtocol: 0,
    stunMalformed: 0,
    stunFingerprint: 0,
    stunUnknownUfrag: 0,
    stunUsername: 0,
    stunIntegrity: 0,
    stunUnexpected: 0,
    addressTableFull: 0,
    unknownSource: 0,
    dtlsMalformed: 0,
    srtpEarly: 0,
    srtpMalformed: 0,
    srtpReplayed: 0,
    srtpUnauthentic: 0,
    srtpTooManySources: 0,
    notSent: 0,
  };
}

/** Counts a packet that SRTP refused, by the reason `SrtpReceiver` gave. */
export function countSrtpDrop(drops: DropCounters, reason: number): void {
  if (reason === REPLAYED) drops.srtpReplayed++;
  else if (reason === UNAUTHENTIC) drops.srtpUnauthentic++;
  else if (reason === TOO_MANY_SOURCES) drops.srtpTooManySources++;
  else drops.srtpMalformed++;
}
