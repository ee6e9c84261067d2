/** Seconds from the beginning of NTP's first era, 1900, to that of Unix time, 1970 (RFC 5905 A.4). */
const UNIX_EPOCH = 2_208_988_800;
const ERA = 2 ** 32;
const COMPACT_UNITS_A_MS = 65.536;

/**
 * The seconds of an NTP timestamp (RFC 3550 4), modulo 2^32.
 * @param epochMs Unix time, ms, fractions allowed
 */
export function ntpSeconds(epochMs: number): number {
  return (Math.floor(epochMs / 1000) + UNIX_EPOCH) >>> 0;
}

/** The fraction of an NTP timestamp, in 2^32ths of a second. */
export function ntpFraction(epochMs: number): number {
  const ms = epochMs - 1000 * Math.floor(epochMs / 1000);
  return Math.floor((ms / 1000) * ERA) >>> 0;
}

/**
 * Unix time, ms, of an NTP timestamp; seconds below 2^31 belong to the era that begins in 2036 (RFC 4330 3).
 */
export function ntpToEpochMs(seconds: number, fraction: number): number {
  const era = seconds < ERA / 2 ? ERA : 0;
  return (seconds + era - UNIX_EPOCH) * 1000 + (fraction / ERA) * 1000;
}

/**
 * The middle 32 bits of an NTP timestamp, in 65536ths of a second: how LSR names a report (RFC 3550 6.4.1).
 */
export function compactNtp(seconds: number, fraction: number): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/** A duration in ms as compact NTP, modulo 2^32: how DLSR is given. */
export function compactFromMs(ms: number): number {
  return Math.round(ms * COMPACT_UNITS_A_MS) >>> 0;
}

/** A duration in compact NTP as ms, 0 to 65,536 s. */
export function compactToMs(compact: number): number {
  return compact / COMPACT_UNITS_A_MS;
}
