/** How far a picture is to be turned to be seen upright, degrees clockwise. */
export type Rotation = 0 | 90 | 180 | 270;

/** One picture, or one packet of sound, as its codec has it. */
export interface MediaFrame {
  readonly kind: 'audio' | 'video';
  /** A decoder can begin with it; always true for sound. */
  readonly key: boolean;
  /**
   * When it is to be shown or heard: ms on the stream's one clock, the same for sound and picture, by the publisher's sender
   * reports. Fractional; never less than that of the frame before it in its track.
   */
  readonly time: number;
  /** The same by the track's own clock: the RTP timestamp, without wrapping. Jumps where the publisher starts anew, or another encoding goes on. */
  readonly timestamp: number;
  /**
   * H264: an access unit, each NAL unit behind its length in 4 bytes, parameter sets as they were sent. VP8, VP9: a frame.
   * AV1: a temporal unit of OBUs with size fields, without delimiter. Sound: a packet. Nobody writes to the bytes later.
   */
  readonly data: Uint8Array;
  /** What came before it in its track is missing: a picture that is not a key frame then shows damage. */
  readonly discontinuity: boolean;
  /** Of a picture that the publisher leaves for others to turn (3GPP TS 26.114 section 7.4.5); upright without. */
  readonly rotation?: Rotation;
}

/** Takes the frames of a stream, those of a track in order. */
export type FrameListener = (frame: MediaFrame) => void;
