import { reasonOf } from '../../kit/index.js';
import type { MediaFrame } from '../../media/index.js';
import type { PictureSize } from '../snapshots/snapshots.js';
import type { Output, OutputHost } from './output.js';

/** One picture of a stream: a PNG file as large as it is, or a small JPEG file. */
export interface SnapshotRequest {
  readonly kind: 'snapshot';
  readonly size: PictureSize;
}

/** It is made; nothing follows. */
export interface SnapshotEvent {
  readonly type: 'snapshot';
  readonly picture: Uint8Array;
}

/** Makes a picture of the newest key frame, or, where that is old, of the next. */
export class SnapshotOutput implements Output {
  private readonly codec: string;
  private taken = false;
  private closed = false;
  private unsubscribe: () => void = () => {};

  /** @throws NoTranscoder, Error for a stream without a picture */
  constructor(
    private readonly size: PictureSize,
    private readonly host: OutputHost,
  ) {
    const track = host.intake.tracks.find(({ kind }) => kind === 'video');
    if (!track) throw new Error('The stream has no video');
    host.snapshots.check();
    this.codec = track.codec.name;
    this.unsubscribe = host.intake.subscribe(
      (frame) => this.onFrame(frame),
      (error) => host.emit({ type: 'failed', reason: error.message }),
    );
    if (this.taken) this.unsubscribe();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.unsubscribe();
  }

  private onFrame({ kind, key, data }: MediaFrame): void {
    if (this.taken || kind !== 'video') return;
    if (key) {
      this.taken = true;
      this.unsubscribe();
      void this.take(data);
    } else this.host.intake.requestKeyFrame();
  }

  private async take(keyFrame: Uint8Array): Promise<void> {
    try {
      const picture = await this.host.snapshots.take(this.codec, keyFrame, this.size);
      if (!this.closed) this.host.emit({ type: 'snapshot', picture });
    } catch (error) {
      if (!this.closed) this.host.emit({ type: 'failed', reason: reasonOf(error) });
    }
  }
}
