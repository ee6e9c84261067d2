import { type PlayStream, StreamStatus } from '../wire/index.js';
import type { BandwidthWatch } from './bandwidth-watch.js';
import { MediaSession } from './media-session.js';
import type { VideoSize } from './negotiation.js';
import type { Publication } from './publication.js';

/** A stream being played by one client. */
export class Playback extends MediaSession<PlayStream> {
  readonly published = false;
  /** What it watches; null until that is found. */
  publication: Publication | null = null;
  /** Null until it is admitted. */
  bandwidth: BandwidthWatch | null = null;
  /** Its picture is made for it: it has a size of its own. */
  derived = false;
  private derivedSize: VideoSize = { width: 0, height: 0 };

  /** Size that is enough for it, pixels; 0 for as published. */
  get wantedSize(): VideoSize {
    const { width, height } = this.request;
    return this.derived ? { width: 0, height: 0 } : { width, height };
  }

  /** Of the picture that it is sent; 0 while unknown. */
  get sourceSize(): VideoSize {
    return (this.derived ? this.derivedSize : this.publication) ?? { width: 0, height: 0 };
  }

  /** The picture that is made for it has another size. */
  resizeDerived(width: number, height: number): void {
    this.derivedSize = { width, height };
    if (this.status === StreamStatus.PLAYING) this.resize(width, height);
  }
}
