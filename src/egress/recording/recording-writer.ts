import {
  extensionFor,
  fileTracks,
  type Muxer,
  muxerFor,
  type RecordingTrack,
  type Rotation,
} from '../../containers/index.js';
import type { MediaFrame } from '../../media/index.js';
import { DiskFile } from './disk-file.js';
import type { OpenFile } from './file-system.js';
import { FrameIntake } from './frame-intake.js';
import type { ReadCodecConfig, RecordingGap } from './types.js';

export interface RecordingWriterOptions {
  readonly tracks: readonly RecordingTrack[];
  readonly readConfig: ReadCodecConfig;
  /** Makes the file; called with the first frame that goes into it, since an empty one is of no use. */
  readonly open: () => Promise<OpenFile>;
  /** Video has to go on with a key frame; asked at most once a second. */
  readonly onKeyFrameNeeded: () => void;
  /** Nothing more will be written, and why; what has been written stays readable. Told once. */
  readonly onFailure: (reason: string) => void;
  /** bytes that may wait for the disk; 32 MiB by default */
  readonly maxQueued?: number;
  /** How long the disk may take for one operation, ms; 30 s by default. */
  readonly maxWait?: number;
}

/** What is in a file. Times are ms. */
export interface WrittenFile {
  /** bytes */
  readonly size: number;
  readonly duration: number;
  /** The first frame's time on the stream's clock; null if nothing was written. */
  readonly start: number | null;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** Of the first picture; 0 without video. */
  readonly width: number;
  readonly height: number;
  /** Where frames were lost, since the file's start: the first 256, and how many more there were. */
  readonly gaps: readonly RecordingGap[];
  readonly gapsLeftOut: number;
  /** Frames that came and are not in it, such as pictures before the first key frame. */
  readonly dropped: number;
  /** Why it ended early; null if it did not. */
  readonly failure: string | null;
  /** It failed because the disk did not answer; then its file is not to be touched either. */
  readonly abandoned: boolean;
}

/**
 * Writes a stream's frames into one file as they are. It is readable all the time: about once a second a piece is added that
 * stands by itself, whether or not there was a key frame, and brought to the disk. Never throws, never blocks.
 */
export class RecordingWriter {
  private readonly intake: FrameIntake;
  private readonly muxer: Muxer;
  private file: DiskFile | null = null;
  private header: Uint8Array | null = null;
  private headerHas = '';
  private piecesAtTick = -1;
  private tickedAt = Number.NEGATIVE_INFINITY;
  private pieces = 0;
  private finished: Promise<WrittenFile> | null = null;

  constructor(private readonly options: RecordingWriterOptions) {
    const { readConfig, onKeyFrameNeeded } = options;
    const tracks = fileTracks(options.tracks);
    this.intake = new FrameIntake({ tracks, readConfig, onKeyFrameNeeded });
    this.muxer = muxerFor(tracks);
  }

  /** Such as `.mp4`. */
  get extension(): string {
    return extensionFor(fileTracks(this.options.tracks));
  }

  /** bytes, as good as written */
  get size(): number {
    return (this.file?.size ?? 0) + this.intake.bytes;
  }

  /** ms */
  get duration(): number {
    return this.intake.duration;
  }

  /** How far players turn the picture; null while there is none. */
  get rotation(): Rotation | null {
    return this.intake.rotation;
  }

  /** False if the frame is not for this file, or nothing is written any more. */
  write(frame: MediaFrame): boolean {
    if (this.finished !== null || this.failed) return false;
    if (!this.intake.add(frame)) return false;
    this.file ??= new DiskFile(this.options.open(), {
      maxQueued: this.options.maxQueued ?? 32 << 20,
      maxWait: this.options.maxWait ?? 30_000,
      onFailure: this.options.onFailure,
    });
    this.describe();
    if (this.intake.due) this.flush(false);
    return true;
  }

  /**
   * To be called about twice a second, until `finish` has resolved: writes what waits when no frames come any more, and gives
   * up a disk that does not answer.
   * @param now ms, of any clock that does not go back
   */
  tick(now: number): void {
    this.file?.tick(now);
    if (this.finished !== null || now - this.tickedAt < 1000) return;
    if (this.pieces === this.piecesAtTick && this.intake.bytes > 0) this.flush(true);
    this.piecesAtTick = this.pieces;
    this.tickedAt = now;
  }

  /** Ends the file; never rejects. */
  finish(): Promise<WrittenFile> {
    this.finished ??= this.close();
    return this.finished;
  }

  private get failed(): boolean {
    return this.file !== null && this.file.failure !== null;
  }

  private async close(): Promise<WrittenFile> {
    const { intake, file } = this;
    if (file !== null && this.header !== null && !this.failed) {
      this.flush(true);
      const trailer = file.size;
      file.append([this.muxer.trailer()]);
      const totals = { size: file.size, duration: intake.duration, trailer };
      file.patch(0, this.muxer.complete(this.header, totals));
    }
    await file?.finish();
    return {
      size: file?.written ?? 0,
      duration: intake.duration,
      start: intake.start,
      hasVideo: intake.begins.video !== null,
      hasAudio: intake.begins.audio !== null,
      width: intake.config?.width ?? 0,
      height: intake.config?.height ?? 0,
      gaps: intake.gaps,
      gapsLeftOut: intake.gapsLeftOut,
      dropped: intake.dropped,
      failure: file?.failure ?? null,
      abandoned: file?.abandoned ?? false,
    };
  }

  private flush(all: boolean): void {
    const piece = this.intake.take(all);
    this.pieces += 1;
    if (piece.video.length + piece.audio.length === 0 || this.file === null) return;
    this.file.append(this.muxer.piece(piece, this.file.size));
  }

  /** The header has the tracks that frames have come of: a player would wait for one that never comes. */
  private describe(): void {
    const { config, begins, rotation } = this.intake;
    const has = `${begins.video} ${begins.audio}`;
    if (has === this.headerHas) return;
    this.headerHas = has;
    const { video, audio } = fileTracks(this.options.tracks);
    this.header = this.muxer.header({
      video:
        begins.video === null || video === null || config === null
          ? null
          : { track: { ...video, rotation: rotation ?? 0 }, config, begin: begins.video },
      audio: begins.audio === null || audio === null ? null : { track: audio, begin: begins.audio },
    });
    if (this.file!.size === 0) this.file!.append([this.header]);
    else this.file!.patch(0, this.header);
  }
}
