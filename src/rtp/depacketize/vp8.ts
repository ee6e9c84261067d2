import type { Memory } from '../../kit/index.js';
import { Vp8Descriptor } from '../codecs/vp8-descriptor.js';
import { AssemblingDepacketizer } from './depacketizer.js';

/** VP8 (RFC 7741): the frame is what follows the payload descriptors. Which payload is the last, only the marker says. */
export class Vp8Depacketizer extends AssemblingDepacketizer {
  private readonly descriptor = new Vp8Descriptor();
  private pictureId = -1;

  protected take(memory: Memory, offset: number, length: number): boolean {
    const { descriptor, frame } = this;
    if (!descriptor.parse(memory, offset, length)) return false;
    const first = frame.length === 0;
    if (descriptor.startsFrame !== first) return false;
    if (first) this.pictureId = descriptor.pictureId;
    else if (descriptor.pictureId !== this.pictureId) return false;
    return frame.append(memory, offset + descriptor.length, length - descriptor.length);
  }

  protected complete(): boolean {
    return true;
  }

  protected begin(): void {
    this.pictureId = -1;
  }
}
