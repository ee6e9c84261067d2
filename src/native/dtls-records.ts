import type { Memory } from '../kit/index.js';

const HEADER = 13;
const LENGTH = 11;
const CHANGE_CIPHER_SPEC = 20;
const APPLICATION_DATA = 23;
/** First byte of DTLS 1.0 and 1.2, whose versions are written as ones' complements. */
const MAJOR_VERSION = 0xfe;

/**
 * Whether a datagram is a row of whole DTLS records (RFC 6347 section 4.1) of known types. OpenSSL ends a handshake
 * over a record of an unknown type, where the RFC would have it dropped.
 */
export function holdsRecords(memory: Memory, offset: number, length: number): boolean {
  const { u8 } = memory;
  const end = offset + length;
  let at = offset;
  while (at + HEADER <= end) {
    const type = u8[at] as number;
    if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA || u8[at + 1] !== MAJOR_VERSION) return false;
    at += recordLength(memory, at);
  }
  return at === end && length > 0;
}

/** Length of the record at `offset`, with its header. */
export function recordLength(memory: Memory, offset: number): number {
  return HEADER + memory.view.getUint16(offset + LENGTH, false);
}
