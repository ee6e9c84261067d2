import type { MediaFrame } from '../../media/index.js';

/** How far back sound is kept, and the age at which a picture's past is given up, ms. */
const maxAge = 3000;
/** Bytes kept at most. */
const maxBytes = 8 << 20;

/** What a new user of a running transcode is given first: pictures from the newest key frame on, or the latest sound. */
export class RecentOutput {
  private frames: MediaFrame[] = [];
  private bytes = 0;

  add(frame: MediaFrame): void {
    if (frame.kind === 'video' && frame.key) this.clear();
    // Nothing is kept that does not begin with a key frame.
    else if (frame.kind === 'video' && this.frames.length === 0) return;
    this.frames.push(frame);
    this.bytes += frame.data.length;
    if (frame.kind === 'audio') this.trim(frame.time);
    else if (this.isTooOld(frame.time) || this.bytes > maxBytes) this.clear();
  }

  all(): readonly MediaFrame[] {
    return [...this.frames];
  }

  clear(): void {
    this.frames = [];
    this.bytes = 0;
  }

  private isTooOld(time: number): boolean {
    const [first] = this.frames;
    return first !== undefined && time - first.time > maxAge;
  }

  private trim(time: number): void {
    while (this.isTooOld(time) || this.bytes > maxBytes) this.bytes -= this.frames.shift()?.data.length ?? 0;
  }
}
