const SEQUENCE = 0xb3;
const HEADER = 7;

/**
 * The size that a sequence header says (ISO/IEC 11172-2 section 2.4.2.3), pixels.
 * @param picture begins with the header
 * @returns null when it does not
 */
export function mpeg1Size(picture: Uint8Array): { width: number; height: number } | null {
  if (picture.length < HEADER || picture[0] !== 0 || picture[1] !== 0) return null;
  if (picture[2] !== 1 || picture[3] !== SEQUENCE) return null;
  const sizes = (picture[4]! << 16) | (picture[5]! << 8) | picture[6]!;
  const size = { width: sizes >> 12, height: sizes & 0xfff };
  return size.width > 0 && size.height > 0 ? size : null;
}
