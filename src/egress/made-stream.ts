import type { TrackDescription } from '../media/index.js';
import {
  type DerivedListener,
  derivedTracks,
  type MediaInlet,
  type MediaListener,
  type MediaPipes,
  type TranscodeWish,
} from '../streams/index.js';
import type { Egress, EgressOutput, EgressSource } from './egress.js';
import type { OutputEvent } from './outputs/output.js';
import type { TranscodeRequest } from './outputs/transcode-output.js';

/** How long the first pictures are waited for before players are let in all the same, ms. */
const patience = 3000;
/** Time that a stream is still made without players: the next may come soon, ms. */
const lingerTime = 2000;
/** Seconds between key frames: players that lose too much wait for the next. */
const keyFrameInterval = 2;

/** A stream that the egress process makes of another one, for all players with the same wish. */
export class MadeStream {
  /** Where viewers find it, once there is something to see. @throws (rejects) EgressUnavailable, MediaUnavailable */
  readonly ready: Promise<MediaInlet>;
  readonly tracks: readonly TrackDescription[];
  private readonly listeners = new Set<DerivedListener>();
  private users = 0;
  private size: { readonly width: number; readonly height: number } | null = null;
  private inlet: MediaInlet | null = null;
  private output: EgressOutput | null = null;
  private linger: NodeJS.Timeout | undefined;
  private over = false;
  private showSomething: () => void = () => {};

  /** @param onEnd called once */
  constructor(
    private readonly egress: Egress,
    private readonly pipes: MediaPipes,
    private readonly source: EgressSource,
    private readonly wish: TranscodeWish,
    private readonly onEnd: () => void,
  ) {
    this.tracks = derivedTracks(source.tracks, wish);
    this.ready = Promise.resolve().then(() => this.open());
    // Whoever waits for it hears of the failure; there may be nobody left.
    this.ready.catch(() => this.end());
  }

  /** Keeps it going until `release`. */
  use(): void {
    this.users += 1;
    clearTimeout(this.linger);
  }

  release(): void {
    this.users -= 1;
    if (this.users === 0 && !this.over) this.linger = setTimeout(() => this.end(), lingerTime).unref();
  }

  /** To be told of its size and its failure. @returns ends that */
  listen(listener: DerivedListener): () => void {
    this.listeners.add(listener);
    if (this.size) listener.onVideoSize(this.size.width, this.size.height);
    return () => this.listeners.delete(listener);
  }

  private async open(): Promise<MediaInlet> {
    const { egress, pipes, source, tracks } = this;
    const something = new Promise<void>((resolve) => {
      this.showSomething = resolve;
    });
    const inlet = await pipes.inlet(source.endpoint, tracks, await egress.port(), this.mediaListener());
    this.inlet = inlet;
    this.output = await egress.open(source, this.request(inlet), {
      onEvent: (event) => this.onEvent(event),
      onClosed: () => this.end(),
    });
    // It has ended while it was being opened.
    if (this.over) this.close();
    const timer = setTimeout(this.showSomething, patience);
    await something;
    clearTimeout(timer);
    if (this.over) throw new Error('the stream that was made has ended');
    return inlet;
  }

  private request({ tag, port }: MediaInlet): TranscodeRequest {
    const { tracks } = this;
    const { video, audio } = this.wish;
    const quality = video && video.quality > 0 ? { quality: video.quality } : {};
    const maxFrameRate = video?.fps ? { maxFrameRate: video.fps } : {};
    return {
      kind: 'transcode',
      tag,
      port,
      tracks,
      video: video && {
        kind: 'video',
        codec: video.codec,
        width: video.width,
        height: video.height,
        bitrate: video.bitrate,
        keyFrameInterval: video.keyFrameInterval ?? keyFrameInterval,
        ...quality,
        ...maxFrameRate,
      },
      audio: audio && { kind: 'audio', codec: audio },
    };
  }

  private onEvent(event: OutputEvent): void {
    if (event.type === 'transcoding') this.showSomething();
    if (event.type !== 'videoSize') return;
    const { width, height } = event;
    this.size = { width, height };
    for (const listener of this.listeners) listener.onVideoSize(width, height);
  }

  private mediaListener(): MediaListener {
    return { onStarted: () => {}, onVideoSize: () => {}, onRate: () => {}, onFailed: () => this.end() };
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.linger);
    this.onEnd();
    this.close();
    this.showSomething();
    for (const listener of [...this.listeners]) listener.onFailed();
    this.listeners.clear();
  }

  private close(): void {
    this.output?.close();
    this.inlet?.endpoint.close();
  }
}
