/** The settings of the media path, from the configuration; times in ms. */
export interface MediaSettings {
  /** Least time between two key-frame requests to a publisher. */
  readonly keyFrameRequestInterval: number;
  /** Silence of a connected publisher after which its stream has failed. */
  readonly rtpActivityTimeout: number;
  /** Packets a video track keeps for retransmission; a power of two. */
  readonly packetCache: number;
  /** Whether viewers may begin with a key frame that has passed. */
  readonly fastStart: boolean;
  /** Age of that key frame at most. */
  readonly fastStartMaxAge: number;
  /** How long a viewer that loses packets may be asked to hold the picture back. */
  readonly maxLossDelay: number;
}
