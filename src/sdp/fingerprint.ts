/** A certificate's hash as SDP carries it (RFC 8122): `algorithm` in lower case, `value` as upper-case hex pairs. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

/** Bytes of a hash by its name; MD2 and MD5 are forbidden by RFC 8122 section 5. */
const HASH_BYTES = new Map([
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

const MAX_FINGERPRINTS = 8;

/** Reads what follows `a=fingerprint:`; null for an unknown hash or a value of the wrong size. */
export function readFingerprint(text: string): Fingerprint | null {
  const match = /^(\S{1,16}) (\S{1,255})\s*$/.exec(text);
  if (!match) return null;
  const algorithm = (match[1] as string).toLowerCase();
  const value = (match[2] as string).toUpperCase();
  const bytes = HASH_BYTES.get(algorithm);
  if (bytes === undefined || value.length !== bytes * 3 - 1) return null;
  return /^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value) ? { algorithm, value } : null;
}

/**
 * All fingerprints by level: entry 0 is the session's, entry i + 1 that of section i. sdp-transform keeps only the last
 * `a=fingerprint` of a level, while RFC 8122 section 5 allows several.
 * @param lines the description's lines, without their ends
 */
export function readFingerprints(lines: readonly string[]): Fingerprint[][] {
  let level: Fingerprint[] = [];
  const levels = [level];
  for (const line of lines) {
    if (line.startsWith('m=')) {
      level = [];
      levels.push(level);
    } else if (line.startsWith('a=fingerprint:') && level.length < MAX_FINGERPRINTS) {
      const fingerprint = readFingerprint(line.slice('a=fingerprint:'.length));
      if (fingerprint) level.push(fingerprint);
    }
  }
  return levels;
}
