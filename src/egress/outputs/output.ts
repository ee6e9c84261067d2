import type { DerivedStream, DerivedTarget } from '../derived/derived-stream.js';
import type { Intake } from '../intake/intake.js';
import type { Snapshots } from '../snapshots/snapshots.js';
import type { Transcodes } from '../transcode/transcodes.js';
import type { RecordEvent, RecordRequest } from './record-output.js';
import type { SnapshotEvent, SnapshotRequest } from './snapshot-output.js';
import type { TranscodeEvent, TranscodeRequest } from './transcode-output.js';
import type { MseRequest, WsMediaEvent, WsPlayerRequest } from './ws-media-request.js';

/** What is to be made of a stream; each kind has a file of its own here. */
export type OutputRequest = RecordRequest | SnapshotRequest | TranscodeRequest | MseRequest | WsPlayerRequest;

/** What an output says. */
export type OutputEvent =
  | WsMediaEvent
  /** It cannot go on, and is gone. */
  | { readonly type: 'failed'; readonly reason: string }
  | RecordEvent
  | SnapshotEvent
  | TranscodeEvent;

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
  readonly transcodes: Transcodes;
  readonly snapshots: Snapshots;
  /** ms */
  readonly clock: () => number;
  /** Whether anybody hears what is said: the control process may be gone. */
  readonly heard: () => boolean;
  emit(event: OutputEvent): void;
  /**
   * Whether the control process takes events more slowly than they come: an output whose events carry media then leaves out
   * what it can, up to a key frame. One that goes on regardless fails.
   */
  congested(): boolean;
  /** Begins to feed a stream back to viewers. @throws Error when the memory for packets is exhausted */
  derive(target: DerivedTarget): DerivedStream;
}
