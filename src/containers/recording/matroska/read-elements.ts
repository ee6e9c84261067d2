/** An element inside bytes at hand. */
export interface ElementView {
  readonly id: number;
  /** Where it begins, and where its contents begin and end. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** The head of the element at a place: its size is null when it is unknown. Null when torn or none. */
export function headAt(
  bytes: Uint8Array,
  at: number,
): { readonly id: number; readonly head: number; readonly size: number | null } | null {
  const first = bytes[at] ?? 0;
  const idLength = Math.clz32(first) - 23;
  const sizeAt = at + idLength;
  const mark = bytes[sizeAt] ?? 0;
  const sizeLength = Math.clz32(mark) - 23;
  if (first === 0 || mark === 0 || idLength > 4 || sizeAt + sizeLength > bytes.length) return null;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + bytes[at + i]!;
  let size = mark & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[sizeAt + i]!;
    unknown &&= byte === 255;
    size = size * 256 + byte;
  }
  return { id, head: idLength + sizeLength, size: unknown ? null : size };
}

/** The elements between two places; what is torn, of unknown size or no element ends the list. */
export function elementsIn(bytes: Uint8Array, from = 0, to = bytes.length): ElementView[] {
  const elements: ElementView[] = [];
  for (let at = from; at < to; ) {
    const found = headAt(bytes, at);
    if (found === null || found.size === null || at + found.head + found.size > to) break;
    const begin = at + found.head;
    elements.push({ id: found.id, start: at, from: begin, to: begin + found.size });
    at = begin + found.size;
  }
  return elements;
}
