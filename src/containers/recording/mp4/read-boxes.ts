/** A box inside bytes at hand. */
export interface BoxView {
  readonly type: string;
  /** Where its contents begin and end. */
  readonly from: number;
  readonly to: number;
}

/** The boxes between two places; what is torn or not a box ends the list. */
export function boxesIn(bytes: Uint8Array, from = 0, to = bytes.length): BoxView[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: BoxView[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > to) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    boxes.push({ type, from: at + 8, to: at + size });
    at += size;
  }
  return boxes;
}

/** The first box at this path, such as `moov`, `mvex`; null if there is none. */
export function boxAt(bytes: Uint8Array, ...path: readonly string[]): BoxView | null {
  let found: BoxView | null = { type: '', from: 0, to: bytes.length };
  for (const type of path) {
    if (found === null) return null;
    found = boxesIn(bytes, found.from, found.to).find((one) => one.type === type) ?? null;
  }
  return found;
}
