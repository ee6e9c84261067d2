/** Why a recording cannot be begun or ended as it was asked for. */
export type RefusalCode =
  /** There is no such stream, or none that is being published; or it is not being recorded. */
  | 'not-found'
  | 'already-recording'
  /** The settings have recording off. */
  | 'off'
  /** As many streams are being recorded as may be. */
  | 'too-many'
  /** A recording that is still being written. */
  | 'unfinished'
  /** A template or rotation that is none. */
  | 'bad-config';

export class RecordingRefused extends Error {
  override readonly name = 'RecordingRefused';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}
