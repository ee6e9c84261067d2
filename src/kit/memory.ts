/**
 * A flat piece of memory that packet code reads and writes by offset.
 *
 * On the packet path nothing is sliced: every function takes `(memory, offset, length)`. In the media process the one
 * `Memory` is the native arena; in tests it is a plain buffer.
 */
export interface Memory {
  readonly u8: Uint8Array;
  readonly view: DataView;
}

/** Wraps bytes as a `Memory` that shares them. */
export function memoryOf(bytes: Uint8Array): Memory {
  return { u8: bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
