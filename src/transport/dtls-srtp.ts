import { type Arena, type Dtls, masterSaltLength, NativeFault } from '../native/index.js';
import { splitExportedKeys } from './srtp-keys.js';
import { SrtpReceiver } from './srtp-receiver.js';
import { SrtpSender } from './srtp-sender.js';

/** A certificate fingerprint as an SDP has it (RFC 8122 section 5). */
export interface Fingerprint {
  /** Hash name such as `sha-256`, in any case. */
  readonly algorithm: string;
  /** Hexadecimal pairs with colons, in any case. */
  readonly value: string;
}

export interface SrtpSession {
  readonly sender: SrtpSender;
  readonly receiver: SrtpReceiver;
}

const EXPORTED = 64;

/** Whether the peer's certificate is one of those its session description names; unknown algorithms do not count. */
export function matchesFingerprint(dtls: Dtls, fingerprints: readonly Fingerprint[]): boolean {
  return fingerprints.some(({ algorithm, value }) => dtls.peerFingerprint(algorithm) === value.toUpperCase());
}

/**
 * Makes the SRTP session of a connected handshake (RFC 5764 section 4.2).
 *
 * @throws NativeFault `openssl`, when the two sides have no profile in common too, or `memory`
 */
export function openSrtp(arena: Arena, dtls: Dtls, role: 'server' | 'client'): SrtpSession {
  const { profile } = dtls;
  if (profile === null) throw new NativeFault('openssl', 'no SRTP protection profile in common');
  const scratch = arena.require(EXPORTED);
  try {
    if (dtls.exportKeys(scratch) === 0) throw new NativeFault('openssl', 'DTLS exported no SRTP keys');
    const { client, server } = splitExportedKeys(scratch, masterSaltLength(profile));
    const [ours, theirs] = role === 'client' ? [client, server] : [server, client];
    return {
      sender: new SrtpSender(arena, profile, ours),
      receiver: new SrtpReceiver(arena, profile, theirs),
    };
  } finally {
    arena.u8.fill(0, scratch, scratch + EXPORTED);
    arena.release(scratch);
  }
}
