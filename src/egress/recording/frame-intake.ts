import { type FileTracks, maxDescription, type Piece, type Rotation } from '../../containers/index.js';
import type { MediaFrame } from '../../media/index.js';
import type { VideoConfig } from '../../rtp/index.js';
import { TrackIntake } from './track-intake.js';
import type { ReadCodecConfig, RecordingGap } from './types.js';

/** A piece is due when it is this long, ms, or this big, bytes. */
const pieceDuration = 1000;
const pieceSize = 4 << 20;
/** A track whose newest frame is older than the other's by this, ms, has fallen silent: nobody waits for its next. */
const silentAfter = 500;
/** ms */
const keyFrameRequestInterval = 1000;
const maxFrame = 16 << 20;
const maxGaps = 256;
/** A publisher's clock cannot run ahead of its own past by more, ms. */
const longestJump = 24 * 3_600_000;

export interface FrameIntakeOptions {
  readonly tracks: FileTracks;
  readonly readConfig: ReadCodecConfig;
  readonly onKeyFrameNeeded: () => void;
}

/** Decides which frames go into a file, and when: video from a key frame on, sound from the first packet on. Pure. */
export class FrameIntake {
  /** Frames that came and are not in the file. */
  dropped = 0;
  readonly gaps: RecordingGap[] = [];
  gapsLeftOut = 0;
  /** Of the first frame, on the stream's clock, ms; null before it. */
  start: number | null = null;
  config: VideoConfig | null = null;
  /** Of the first picture; null before it. */
  rotation: Rotation | null = null;
  /** Of the first frame of each track, ms since the file's start; null while there is none. */
  readonly begins: { video: number | null; audio: number | null } = { video: null, audio: null };
  private readonly intakes = { video: new TrackIntake('video'), audio: new TrackIntake('audio') };
  private newest = 0;
  private needsKey = true;
  private asked = Number.NEGATIVE_INFINITY;
  private readonly lossSince: { video: number | null; audio: number | null } = { video: null, audio: null };

  constructor(private readonly options: FrameIntakeOptions) {}

  /** ms, from the file's start to the end of its last frame */
  get duration(): number {
    return Math.max(this.intakes.video.until, this.intakes.audio.until);
  }

  get bytes(): number {
    return this.intakes.video.bytes + this.intakes.audio.bytes;
  }

  get due(): boolean {
    const { video, audio } = this.intakes;
    const oldest = Math.min(video.oldest ?? this.newest, audio.oldest ?? this.newest);
    return this.newest - oldest >= pieceDuration || this.bytes >= pieceSize;
  }

  /** Takes a frame or drops it; false if dropped. */
  add(frame: MediaFrame): boolean {
    const taken = this.isSound(frame) && (frame.kind === 'audio' || this.startsOrGoesOn(frame));
    if (!taken) {
      this.dropped += 1;
      return false;
    }
    this.start ??= frame.time;
    const { kind, data, key } = frame;
    const time = frame.time - this.start;
    const intake = this.intakes[kind];
    // What came before the first frame was never wanted.
    if (frame.discontinuity && this.begins[kind] !== null) this.lossSince[kind] ??= intake.until;
    this.noteGap(kind, time);
    intake.add(time, key, data);
    this.newest = Math.max(this.newest, time);
    this.begins[kind] ??= time;
    return true;
  }

  /** What can be written by now; with `all`, the newest frames too. */
  take(all: boolean): Piece {
    const heldBefore = all ? Number.POSITIVE_INFINITY : this.newest - silentAfter;
    return { video: this.intakes.video.take(heldBefore), audio: this.intakes.audio.take(heldBefore) };
  }

  private isSound(frame: MediaFrame): boolean {
    const { kind, time, data } = frame;
    if (this.options.tracks[kind] === null || data.length === 0 || data.length > maxFrame) return false;
    if (!Number.isFinite(time)) return false;
    return this.start === null || (time >= this.start && time - this.start - this.newest <= longestJump);
  }

  private startsOrGoesOn(frame: MediaFrame): boolean {
    if (frame.discontinuity && !frame.key) this.lose();
    if (!this.needsKey) return true;
    if (frame.key) {
      const config = this.options.readConfig(this.options.tracks.video!.codec, frame.data);
      if (config !== null && usable(config)) {
        this.config ??= config;
        this.rotation ??= frame.rotation ?? 0;
        this.needsKey = false;
        return true;
      }
    }
    if (Math.abs(frame.time - this.asked) >= keyFrameRequestInterval) {
      this.asked = frame.time;
      this.options.onKeyFrameNeeded();
    }
    return false;
  }

  private lose(): void {
    if (this.config !== null) this.lossSince.video ??= this.intakes.video.until;
    this.needsKey = true;
  }

  private noteGap(kind: 'audio' | 'video', to: number): void {
    const from = this.lossSince[kind];
    this.lossSince[kind] = null;
    if (from === null || from >= to) return;
    if (this.gaps.length < maxGaps) this.gaps.push({ kind, from, to });
    else this.gapsLeftOut += 1;
  }
}

function usable(config: VideoConfig): boolean {
  const { width, height, description } = config;
  const fits = (size: number) => Number.isInteger(size) && size > 0 && size <= 65_535;
  return fits(width) && fits(height) && (description?.length ?? 0) <= maxDescription;
}
