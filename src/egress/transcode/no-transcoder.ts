/** Why a stream cannot be transcoded, as clients are told (WCS spec C.5). */
export const NoTranscoderInfo = {
  DISABLED: 'Transcoding required, but disabled',
  BUSY: 'No available transcoders',
} as const;

export type NoTranscoderInfo = (typeof NoTranscoderInfo)[keyof typeof NoTranscoderInfo];

/** A stream cannot be transcoded: without ffmpeg or the encoder it takes, or for now, since too many others are. */
export class NoTranscoder extends Error {
  override readonly name = 'NoTranscoder';

  constructor(readonly info: NoTranscoderInfo) {
    super(info);
  }
}
