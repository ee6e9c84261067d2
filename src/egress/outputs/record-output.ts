import type { AudioCodec, RecordingTrack, VideoCodec } from '../../containers/index.js';
import type { MediaFrame, TrackDescription } from '../../media/index.js';
import { type RecordedFile, type RecordedStream, Recording } from '../recording/index.js';
import type { Output, OutputHost } from './output.js';

/** Records a stream into files. */
export interface RecordRequest {
  readonly kind: 'record';
  /** Made if it is not there. */
  readonly folder: string;
  /** See `recordingName`. */
  readonly template: string;
  readonly stream: RecordedStream;
  /** A new file begins after so many bytes, or ms; 0 for never. */
  readonly maxFileSize: number;
  readonly maxFileDuration: number;
  /** The publisher is asked for a key frame so often at least, ms, so that players can seek; 0 for never. */
  readonly keyFrameInterval: number;
}

/** What a recording says beside that it has failed, which comes after its last file. */
export type RecordEvent =
  /** A file has been made. */
  | { readonly type: 'fileBegun'; readonly name: string }
  /** A file is finished, or as good as it gets. */
  | { readonly type: 'fileFinished'; readonly file: RecordedFile };

const tickInterval = 500;
/** A key frame that does not come is asked for again after so long, ms. */
const askAgain = 1000;

/** A stream on its way into files. Its recording is fed and told the time; all else it knows itself. */
export class RecordOutput implements Output {
  private readonly recording: Recording;
  private readonly unsubscribe: () => void;
  private readonly timer: NodeJS.Timeout;
  private keyFrameAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;
  private failure: string | null = null;
  private ended: Promise<void> | null = null;

  constructor(
    private readonly request: RecordRequest,
    private readonly host: OutputHost,
  ) {
    const { folder, template, stream, maxFileSize, maxFileDuration } = request;
    const { intake } = host;
    this.recording = new Recording({
      folder,
      template,
      stream,
      tracks: recordingTracks(intake.tracks),
      maxFileSize: maxFileSize || Number.POSITIVE_INFINITY,
      maxFileDuration: maxFileDuration || Number.POSITIVE_INFINITY,
      heard: host.heard,
      onKeyFrameNeeded: () => this.askForKeyFrame(),
      onOpened: (name) => host.emit({ type: 'fileBegun', name }),
      onFile: (file) => host.emit({ type: 'fileFinished', file }),
      onFailure: (reason) => this.fail(reason),
    });
    this.unsubscribe = intake.subscribe(
      (frame) => this.onFrame(frame),
      (error) => this.fail(error.message),
    );
    this.timer = setInterval(() => this.tick(), tickInterval);
  }

  close(): Promise<void> {
    this.ended ??= this.end();
    return this.ended;
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    void this.close();
  }

  private onFrame(frame: MediaFrame): void {
    if (frame.kind === 'video' && frame.key) this.keyFrameAt = this.host.clock();
    this.recording.write(frame);
  }

  private tick(): void {
    const now = this.host.clock();
    this.recording.tick(now);
    const { keyFrameInterval } = this.request;
    if (keyFrameInterval === 0 || this.ended !== null) return;
    if (now - this.keyFrameAt >= keyFrameInterval && now - this.askedAt >= askAgain) this.askForKeyFrame();
  }

  private askForKeyFrame(): void {
    this.askedAt = this.host.clock();
    this.host.intake.requestKeyFrame();
  }

  private async end(): Promise<void> {
    // The one that fails while frames of the past are handed over has no subscription yet.
    await Promise.resolve();
    this.unsubscribe();
    await this.recording.finish();
    clearInterval(this.timer);
    if (this.failure !== null) this.host.emit({ type: 'failed', reason: this.failure });
  }
}

/** What a recording has to know of the tracks; those of codecs that no file holds are left out. */
export function recordingTracks(tracks: readonly TrackDescription[]): RecordingTrack[] {
  return tracks.flatMap(({ kind, codec: { name, clockRate, channels } }): RecordingTrack[] => {
    const same = (known: string) => known.toLowerCase() === name.toLowerCase();
    if (kind === 'video') {
      const codec = videoCodecs.find(same);
      return codec === undefined ? [] : [{ kind, codec }];
    }
    const codec = audioCodecs.find(same);
    return codec === undefined ? [] : [{ kind, codec, clockRate, channels }];
  });
}

const videoCodecs: readonly VideoCodec[] = ['H264', 'VP8', 'VP9', 'AV1'];
const audioCodecs: readonly AudioCodec[] = ['opus', 'PCMA', 'PCMU', 'G722'];
