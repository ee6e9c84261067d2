import { videoOrientationUri } from '../../kit/index.js';
import type { FrameListener, MediaFrame, TrackDescription } from '../../media/index.js';
import { NoTranscoder } from '../transcode/no-transcoder.js';
import { MseWriter } from './mse-writer.js';
import type { Output, OutputHost } from './output.js';
import { PacketBatch } from './packet-batch.js';
import { videoProfile } from './video-profile.js';
import type { MseRequest } from './ws-media-request.js';

/** Between two requests for a key frame, ms. */
const askInterval = 500;

/** A stream as records of MSE: its sound, and where it must be its pictures, made by ffmpeg (WCS spec F.2). */
export class MseOutput implements Output {
  private readonly batch: PacketBatch;
  private readonly writer: MseWriter;
  private readonly releases: (() => void)[] = [];
  private lastKey = Number.NEGATIVE_INFINITY;
  private asked = Number.NEGATIVE_INFINITY;

  /** @throws NoTranscoder */
  constructor(
    private readonly request: MseRequest,
    private readonly host: OutputHost,
  ) {
    const { intake, emit } = host;
    const audio = intake.tracks.find(({ kind }) => kind === 'audio');
    const video = intake.tracks.find(({ kind }) => kind === 'video');
    this.batch = new PacketBatch(
      (packets) => emit({ type: 'packets', packets }),
      () => host.congested(),
    );
    this.writer = new MseWriter({
      channels: audio ? (audio.codec.channels === 2 ? 2 : 1) : null,
      hasVideo: video !== undefined,
      sink: (packet) => this.batch.add(packet),
      onVideoSize: (width, height) => emit({ type: 'videoSize', width, height }),
      onKeyFrameNeeded: () => this.askForKeyFrame(),
    });
    try {
      // Sound first: what makes it takes a while to start.
      if (audio) this.openSound();
      if (video) this.openVideo(video);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.release();
  }

  private release(): void {
    for (const release of this.releases.splice(0)) release();
    this.batch.close();
  }

  private openSound(): void {
    const { intake, transcodes } = this.host;
    const held: MediaFrame[] = [];
    let take: FrameListener = (frame) => held.push(frame);
    const use = transcodes.use(
      intake,
      { kind: 'audio', codec: 'AAC' },
      (frame) => take(frame),
      (reason) => this.fail(reason),
    );
    this.releases.push(() => use.release());
    take = (frame) => this.writer.audio(frame, use.configuration);
    for (const frame of held) take(frame);
  }

  private openVideo({ codec, extensions }: TrackDescription): void {
    const { width, height, bitrate, quality } = this.request;
    const fits = codec.name.toUpperCase() === 'H264' && width + height + bitrate + quality === 0;
    // Records cannot say that a picture is to be turned.
    const mayBeTurned = extensions.some(({ uri }) => uri === videoOrientationUri);
    if (fits && !mayBeTurned) {
      this.passOn();
      return;
    }
    try {
      this.transcode();
    } catch (error) {
      if (!fits || !(error instanceof NoTranscoder)) throw error;
      this.passOn();
    }
  }

  private passOn(): void {
    const unsubscribe = this.host.intake.subscribe(
      (frame) => this.onPublished(frame),
      (error) => this.fail(error.message),
    );
    this.releases.push(unsubscribe);
  }

  private transcode(): void {
    const { intake, transcodes } = this.host;
    const { keyFrameInterval, ...wish } = this.request;
    const use = transcodes.use(
      intake,
      videoProfile('H264', wish, keyFrameInterval / 1000),
      (frame) => this.writer.video(frame),
      (reason) => this.fail(reason),
    );
    this.releases.push(() => use.release());
  }

  /** Players begin at key frames: there must be one often enough. */
  private onPublished(frame: MediaFrame): void {
    if (frame.kind !== 'video') return;
    if (frame.key) this.lastKey = frame.time;
    else if (frame.time - this.lastKey >= this.request.keyFrameInterval) this.askForKeyFrame();
    this.writer.video(frame);
  }

  private askForKeyFrame(): void {
    const now = this.host.clock();
    if (now - this.asked < askInterval) return;
    this.asked = now;
    this.host.intake.requestKeyFrame();
  }

  private fail(reason: string): void {
    this.release();
    this.host.emit({ type: 'failed', reason });
  }
}
