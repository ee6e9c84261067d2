/** JSON as it is written in a transcript, placeholders in it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Line {
  /** Where it starts in the file, from 1. */
  readonly line: number;
  /** As it is written, without its continuation. */
  readonly text: string;
}

/** `A > name arguments`: the client sends a message. */
export interface Send extends Line {
  readonly kind: 'send';
  readonly client: string;
  readonly message: string;
  readonly data: readonly Json[];
}

/** `A >> text`: the client sends a frame as it is written, or, as `<binary 01 02>`, a binary one. */
export interface SendFrame extends Line {
  readonly kind: 'send frame';
  readonly client: string;
  readonly frame: string | Uint8Array;
}

/** `A < name arguments`: this is the very next message that the client gets. */
export interface Receive extends Line {
  readonly kind: 'receive';
  readonly client: string;
  readonly message: string;
  readonly data: readonly Json[];
}

/** `[what happens]`: see directions.ts. */
export interface Direction extends Line {
  readonly kind: 'direction';
  readonly direction: string;
}

export type Step = Send | SendFrame | Receive | Direction;

/** `[setting path value]`, before the first step. */
export interface Setting {
  readonly path: string;
  readonly value: Json;
}

/** A dialogue between clients and the server, as a person reads it. */
export interface Transcript {
  readonly title: string;
  readonly settings: readonly Setting[];
  readonly steps: readonly Step[];
}
