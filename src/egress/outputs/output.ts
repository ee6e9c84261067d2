import type { Intake } from '../intake/intake.js';
import type { RecordEvent, RecordRequest } from './record-output.js';

/** What is to be made of a stream; each kind has a file of its own here. */
export type OutputRequest = RecordRequest;

/** What an output says. */
export type OutputEvent =
  /** It cannot go on, and is gone. */
  { readonly type: 'failed'; readonly reason: string } | RecordEvent;

/** Something that is being made of a stream. */
export interface Output {
  /** Ends it in order, a file whole. Never rejects; called once, and not after it has failed. */
  close(): Promise<void>;
}

/** What an output has. */
export interface OutputHost {
  readonly intake: Pick<Intake, 'tracks' | 'subscribe' | 'requestKeyFrame'>;
  /** ms */
  readonly clock: () => number;
  /** Whether anybody hears what is said: the control process may be gone. */
  readonly heard: () => boolean;
  emit(event: OutputEvent): void;
}
