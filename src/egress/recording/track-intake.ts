import type { Sample } from '../../containers/index.js';

/** A frame's duration while nothing better is known, ms. */
const firstDuration = { video: 33, audio: 20 } as const;
/** Further apart two frames do not tell how long one is. */
const longestDuration = 500;
/** The least step of time, ms, where a publisher's times stand still. */
const leastStep = 0.1;

/** One track's frames on their way to samples: the newest is held back until the next one tells how long it is. */
export class TrackIntake {
  /** bytes, the held frame's included */
  bytes = 0;
  private held: { readonly time: number; readonly key: boolean; readonly data: Uint8Array } | null = null;
  private ready: Sample[] = [];
  private usual: number;
  /** Where the last frame that was written ends. */
  private end = 0;

  constructor(kind: 'audio' | 'video') {
    this.usual = firstDuration[kind];
  }

  /** Where the newest frame ends as far as is known, ms since the file's start. */
  get until(): number {
    return this.held === null ? this.end : this.held.time + this.usual;
  }

  /** The oldest frame that waits, ms; null if none. */
  get oldest(): number | null {
    return this.ready[0]?.time ?? this.held?.time ?? null;
  }

  add(time: number, key: boolean, data: Uint8Array): void {
    const begin = Math.max(time, this.held === null ? this.end : this.held.time + leastStep);
    if (this.held !== null) {
      const duration = begin - this.held.time;
      if (duration <= longestDuration) this.usual = duration;
      this.settle(duration);
    }
    this.held = { time: begin, key, data };
    this.bytes += data.length;
  }

  /** What can be written by now; a held frame that began before `heldBefore` with its usual duration. */
  take(heldBefore: number): Sample[] {
    if (this.held !== null && this.held.time < heldBefore) {
      this.settle(this.usual);
      this.held = null;
    }
    const samples = this.ready;
    this.ready = [];
    this.bytes = this.held?.data.length ?? 0;
    return samples;
  }

  private settle(duration: number): void {
    const held = this.held!;
    this.ready.push({ ...held, duration });
    this.end = held.time + duration;
  }
}
