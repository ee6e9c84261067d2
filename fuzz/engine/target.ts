/** Something that takes bytes from strangers. */
export interface FuzzTarget {
  /** Text is mutated line by line and token by token as well; JSON value by value, too. */
  readonly kind: 'binary' | 'text' | 'json';
  /** Bytes of the longest input; as many as the program lets in, where that is not too many. */
  readonly maxLength: number;
  /** Valid inputs to begin with. */
  seeds(): readonly Uint8Array[];
  /** What inputs are made of. */
  readonly dictionary?: readonly (string | Uint8Array)[];
  /** Ms that an input may take; 100 unless told, which is for a machine that does other things, too. */
  readonly limitMs?: number;
  /** Takes an input, which is its own. Whatever it throws is a bug. */
  run(input: Uint8Array): void | Promise<void>;
  /** What takes longer than `run`: for inputs that take a new branch, and one of 64 that do not. */
  crossCheck?(input: Uint8Array): void | Promise<void>;
  /** Of a target to which an input happens after those before. */
  readonly history?: History;
}

/** What a target has been through. */
export interface History {
  /** The inputs since the target was new, as one that is the same to it. */
  inputs(): Uint8Array;
  /** Makes it new. */
  forget(): void;
}

/** A broken promise of the code under test. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
}

/** @throws BrokenInvariant unless `holds` */
export function promise(holds: boolean, what: string): void {
  if (!holds) throw new BrokenInvariant(what);
}
