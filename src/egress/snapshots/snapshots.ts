import { type MatroskaVideoTrack, MatroskaWriter } from '../../containers/index.js';
import { type FfmpegPool, pngArguments, thumbnailArguments } from '../../ffmpeg/index.js';
import { videoConfig } from '../../rtp/index.js';
import { NoTranscoder, NoTranscoderInfo } from '../transcode/no-transcoder.js';

/** A picture that waits to be made, at most so many. */
const mostWaiting = 16;
const largestPicture = 64 << 20;
/** Pixels. */
const thumbnailWidth = 320;

/** `full`: a PNG file; `thumbnail`: a JPEG file of 320 pixels at most. */
export type PictureSize = 'full' | 'thumbnail';

/** Makes pictures of key frames, so many at the same time; some wait for their turn. */
export class Snapshots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param pool null without ffmpeg
   * @param atOnce how many children it has room for
   * @param timeLimit of one child, ms
   */
  constructor(
    private readonly pool: Pick<FfmpegPool, 'run'> | null,
    private readonly atOnce: number,
    private readonly timeLimit: number,
  ) {}

  /** @throws NoTranscoder when there is no ffmpeg, or too many wait already */
  check(): void {
    if (!this.pool) throw new NoTranscoder(NoTranscoderInfo.DISABLED);
    if (this.waiting.length >= mostWaiting) throw new NoTranscoder(NoTranscoderInfo.BUSY);
  }

  /**
   * @param codecName SDP name
   * @throws (rejects) NoTranscoder as `check` does, Error when it cannot be decoded
   */
  async take(codecName: string, keyFrame: Uint8Array, size: PictureSize): Promise<Buffer> {
    this.check();
    const config = videoConfig(codecName, keyFrame);
    if (!config) throw new Error('the key frame cannot be read');
    const { width, height, description } = config;
    const codec = codecName.toUpperCase() as MatroskaVideoTrack['codec'];
    const configuration = description ? { configuration: description } : {};
    const writer = new MatroskaWriter([{ kind: 'video', codec, width, height, ...configuration }]);
    await this.turn();
    try {
      return await this.run([writer.header(), writer.block(0, 0, true, keyFrame)], size);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private async turn(): Promise<void> {
    // Whoever is done gives its place to the one that waits.
    if (this.running >= this.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
  }

  private async run(input: readonly Uint8Array[], size: PictureSize): Promise<Buffer> {
    const wanted = size === 'full' ? pngArguments() : thumbnailArguments(thumbnailWidth);
    const limits = { timeLimit: this.timeLimit, maxOutput: largestPicture };
    const result = await this.pool?.run('snapshot', wanted, input, limits);
    if (!result) throw new NoTranscoder(NoTranscoderInfo.BUSY);
    if (result.output === null) throw new Error(result.reason);
    if (result.output.length === 0) throw new Error('there is no picture in the key frame');
    return result.output;
  }
}
