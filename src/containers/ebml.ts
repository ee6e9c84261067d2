const encoder = new TextEncoder();

/** A size of eight bytes whose bits are all ones: the element ends where one of its parent begins (RFC 8794 section 6.2). */
const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** The bytes of several parts in one piece. */
export function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * A number as an EBML variable-size integer of as few bytes as can be (RFC 8794 section 4). All ones stand for
 * "unknown", so that 127 takes two bytes.
 *
 * @param value up to 2^49 − 2
 */
export function variableSize(value: number): number[] {
  let length = 1;
  while (value >= 2 ** (7 * length) - 1) length++;
  const bytes = bigEndian(value, length);
  bytes[0] = (bytes[0] as number) | (0x80 >> (length - 1));
  return bytes;
}

/** An EBML element (RFC 8794 section 3): id, size, and its parts in their order. */
export function element(id: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([shortest(id), variableSize(size), ...parts]);
}

/** The beginning of an element of unknown size; what follows is in it. */
export function openElement(id: number): Uint8Array {
  return concat([shortest(id), UNKNOWN_SIZE]);
}

/** An unsigned integer element (RFC 8794 section 7.2), up to 2^53 − 1. */
export function unsignedElement(id: number, value: number): Uint8Array {
  return element(id, shortest(value));
}

/** A float element of 64 bits (RFC 8794 section 7.3). */
export function floatElement(id: number, value: number): Uint8Array {
  return element(id, float64(value));
}

/** 64 bits, big-endian. */
export function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** A text element (RFC 8794 sections 7.4, 7.5). */
export function textElement(id: number, text: string): Uint8Array {
  return element(id, utf8(text));
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** An id, which has its length marker in it. */
export function idBytes(id: number): number[] {
  return shortest(id);
}

/** As few bytes as hold the value, at least one. Ids have their length marker in them already. */
function shortest(value: number): number[] {
  let length = 1;
  while (value >= 2 ** (8 * length)) length++;
  return bigEndian(value, length);
}

function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, index) => Math.floor(value / 2 ** (8 * (length - 1 - index))) & 0xff);
}
