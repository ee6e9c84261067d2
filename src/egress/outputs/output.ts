import type { Intake } from '../intake/intake.js';
import type { Transcodes } from '../transcode/transcodes.js';

/** What is to be made of a stream; each kind has a file of its own here. */
export type OutputRequest = never;

/** What an output says. */
export type OutputEvent =
  /** It cannot go on, and is gone. */
  { readonly type: 'failed'; readonly reason: string };

/** Something that is being made of a stream. */
export interface Output {
  /** Ends it in order, a file whole. Never rejects; called once, and not after it has failed. */
  close(): Promise<void>;
}

/** What an output has. */
export interface OutputHost {
  readonly intake: Intake;
  readonly transcodes: Transcodes;
  /** ms */
  readonly clock: () => number;
  emit(event: OutputEvent): void;
}
