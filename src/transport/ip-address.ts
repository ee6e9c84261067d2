import type { Memory } from '../kit/index.js';

const AF_INET = 2;
const MAPPED_PREFIX = 0xffff;

/**
 * Copies the IP address out of a `sockaddr_in` or `sockaddr_in6`.
 *
 * @param out 16 bytes
 * @returns 4 for IPv4, an IPv4-mapped IPv6 address included; 16 for IPv6
 */
export function readIp(memory: Memory, source: number, out: Uint8Array): number {
  const { u8, view } = memory;
  if (view.getUint16(source, true) === AF_INET) return copy(u8, source + 4, out, 4);
  const at = source + 8;
  const mapped =
    view.getUint32(at, false) === 0 &&
    view.getUint32(at + 4, false) === 0 &&
    view.getUint32(at + 8, false) === MAPPED_PREFIX;
  return mapped ? copy(u8, at + 12, out, 4) : copy(u8, at, out, 16);
}

function copy(u8: Uint8Array, at: number, out: Uint8Array, length: number): number {
  for (let index = 0; index < length; index++) out[index] = u8[at + index] as number;
  return length;
}
