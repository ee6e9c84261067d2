import type { Intake } from '../intake/intake.js';

/** What is to be made of a stream; each kind has a file of its own here. */
export type OutputRequest = never;

/** What an output says. */
export type OutputEvent =
  /** It cannot go on, and is gone. */
  { readonly type: 'failed'; readonly reason: string };

/** Something that is being made of a stream. */
export interface Output {
  /**
   * Ends it in order, a file whole, within seconds: after that it is given up. Never rejects; called once. Not after it has
   * failed by itself, but where the host has made it fail.
   */
  close(): Promise<void>;
}

/** What an output has. */
export interface OutputHost {
  readonly intake: Intake;
  /** ms */
  readonly clock: () => number;
  emit(event: OutputEvent): void;
  /**
   * Whether the control process takes events more slowly than they come: an output whose events carry media then leaves out
   * what it can, up to a key frame. One that goes on regardless fails.
   */
  congested(): boolean;
}
