import type { MediaFrame } from '../../media/index.js';
import { videoConfig } from '../../rtp/index.js';
import type { DerivedStream, DerivedTarget } from '../derived/derived-stream.js';
import type { AudioProfile, VideoProfile } from '../transcode/transcode-profile.js';
import type { TranscodeUse } from '../transcode/transcodes.js';
import type { Output, OutputHost } from './output.js';

/** A stream in another form, fed back to a media process for viewers there. */
export interface TranscodeRequest extends DerivedTarget {
  readonly kind: 'transcode';
  /** Null for the picture as it is. */
  readonly video: VideoProfile | null;
  /** Null for the sound as it is. */
  readonly audio: AudioProfile | null;
}

export type TranscodeEvent =
  /** It has reached the present: viewers who come now begin with what there is. */
  | { readonly type: 'transcoding' }
  | { readonly type: 'videoSize'; readonly width: number; readonly height: number };

/** What lies farther behind the source is the past that a transcode begins with, ms. */
const present = 500;

/** Leads the tracks that are made and those that stay as they are to one derived stream. */
export class TranscodeOutput implements Output {
  private readonly stream: DerivedStream;
  private readonly places: Readonly<Record<MediaFrame['kind'], number>>;
  private readonly uses: TranscodeUse[] = [];
  private unsubscribe: () => void = () => {};
  /** Of the source, by kind, ms. */
  private readonly newest = { audio: Number.NEGATIVE_INFINITY, video: Number.NEGATIVE_INFINITY };
  private live = false;
  private needsKey = true;
  private size = '';
  private closed = false;

  /** @throws NoTranscoder, Error when the memory for packets is exhausted */
  constructor(
    private readonly request: TranscodeRequest,
    private readonly host: OutputHost,
  ) {
    const { tracks, video, audio } = request;
    const placeOf = (wanted: MediaFrame['kind']) => tracks.findIndex(({ kind }) => kind === wanted);
    this.places = { audio: placeOf('audio'), video: placeOf('video') };
    this.stream = host.derive(request);
    try {
      this.unsubscribe = host.intake.subscribe(
        (frame) => this.onSource(frame),
        (error) => this.fail(error.message),
      );
      for (const profile of [video, audio]) {
        if (!profile) continue;
        const { transcodes, intake } = host;
        this.uses.push(
          transcodes.use(
            intake,
            profile,
            (frame) => this.onMade(frame),
            (reason) => this.fail(reason),
          ),
        );
      }
    } catch (error) {
      this.end();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.end();
  }

  private onSource(frame: MediaFrame): void {
    const { kind } = frame;
    this.newest[kind] = frame.time;
    if (this.request[kind] !== null) return;
    if (kind === 'video') {
      // Its packets are numbered anew: nobody further on would see that one is missing.
      if (frame.key) this.needsKey = false;
      else if (frame.discontinuity) this.needsKey = true;
      if (this.needsKey) {
        this.host.intake.requestKeyFrame();
        return;
      }
    }
    this.stream.send(this.places[kind], frame);
  }

  private onMade(frame: MediaFrame): void {
    const { kind } = frame;
    if (kind === 'video' && frame.key) this.tellSize(frame);
    this.stream.send(this.places[kind], frame);
    // The picture takes longer than the sound.
    if (this.live || (kind === 'audio' && this.request.video)) return;
    if (this.newest[kind] - frame.time > present) return;
    this.live = true;
    this.host.emit({ type: 'transcoding' });
  }

  private tellSize({ data }: MediaFrame): void {
    const config = videoConfig(this.request.video?.codec ?? '', data);
    if (!config) return;
    const { width, height } = config;
    if (this.size === `${width}x${height}`) return;
    this.size = `${width}x${height}`;
    this.host.emit({ type: 'videoSize', width, height });
  }

  private fail(reason: string): void {
    if (this.closed) return;
    this.end();
    this.host.emit({ type: 'failed', reason });
  }

  private end(): void {
    this.closed = true;
    this.unsubscribe();
    for (const use of this.uses) use.release();
    this.stream.close();
  }
}
