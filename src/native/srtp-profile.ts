/** The SRTP protection profiles this server speaks, by their IANA names (RFC 5764 section 9, RFC 7714 section 14.2). */
export type SrtpProfile = 'SRTP_AEAD_AES_128_GCM' | 'SRTP_AES128_CM_SHA1_80';

export const SRTP_PROFILES: readonly SrtpProfile[] = ['SRTP_AEAD_AES_128_GCM', 'SRTP_AES128_CM_SHA1_80'];

/** Length of either profile's master key, bytes. */
export const MASTER_KEY_LENGTH = 16;

/** Length of a profile's master salt, bytes: 96 bits with GCM, 112 with counter mode. */
export function masterSaltLength(profile: SrtpProfile): number {
  return profile === 'SRTP_AEAD_AES_128_GCM' ? 12 : 14;
}

/** The profile of an `SRTPProtectionProfile` number in the DTLS extension. */
export function srtpProfileOf(id: number): SrtpProfile | null {
  if (id === 0x0007) return 'SRTP_AEAD_AES_128_GCM';
  return id === 0x0001 ? 'SRTP_AES128_CM_SHA1_80' : null;
}
