/** A box (ISO/IEC 14496-12 section 4.2) of these contents. */
export function box(type: string, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const size = contents.reduce((sum, part) => sum + part.length, 8);
  const bytes = new Uint8Array(size);
  bytes.set(u32(size));
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  let at = 8;
  for (const part of contents) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...contents: readonly (Uint8Array | readonly number[])[]
): Uint8Array {
  return box(type, [version, ...u24(flags)], ...contents);
}

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const u24 = (value: number): number[] => [(value >> 16) & 255, (value >> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
export const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value >>> 0)];
export const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
export const zeros = (count: number): number[] => new Array<number>(count).fill(0);
