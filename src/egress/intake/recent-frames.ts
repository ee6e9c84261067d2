import type { MediaFrame } from '../../media/index.js';

/** Age of a key frame that somebody may begin with, ms. */
const maxAge = 3000;
/** Bytes kept at most. */
const maxBytes = 8 << 20;
/** Frames kept at most: several times what 3 s of sound and picture are. */
const maxFrames = 2048;

/** The newest key frame of a stream and all that followed it, sound included, while it is young enough to begin with. */
export class RecentFrames {
  private frames: MediaFrame[] = [];
  private bytes = 0;
  private keyAt = Number.NEGATIVE_INFINITY;

  /** Bytes kept. */
  get size(): number {
    return this.bytes;
  }

  /** @param now ms */
  add(frame: MediaFrame, now: number): void {
    if (frame.kind === 'video' && frame.key) {
      // Sound of the same moment stays: whoever begins here wants both from the start.
      this.frames = this.frames.filter(({ kind, time }) => kind === 'audio' && time >= frame.time);
      this.bytes = this.frames.reduce((sum, { data }) => sum + data.length, 0);
      this.keyAt = now;
    } else if (this.keyAt === Number.NEGATIVE_INFINITY) return;
    this.frames.push(frame);
    this.bytes += frame.data.length;
    if (now - this.keyAt > maxAge || this.bytes > maxBytes || this.frames.length > maxFrames) this.clear();
  }

  /** In the order they came; none where the key frame is too old. */
  sinceKeyFrame(now: number): readonly MediaFrame[] {
    return now - this.keyAt > maxAge ? [] : [...this.frames];
  }

  clear(): void {
    this.frames = [];
    this.bytes = 0;
    this.keyAt = Number.NEGATIVE_INFINITY;
  }
}
