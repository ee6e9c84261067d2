import { dependencyDescriptorUri } from '../../kit/index.js';
import type { PacketCache } from '../packet-cache.js';
import type { CarriedElement } from './carried-elements.js';

/** Packets without a descriptor that may lie behind the newest one with it. */
const searched = 64;

/**
 * The frame numbers that the cached packets of an up track have in their dependency descriptors (RTP Payload Format For
 * AV1, v1.0, appendix A). A receiver takes a frame whose number goes back for an old one, so they have to go on where a
 * track is started anew.
 */
export class FrameNumbers {
  /** What makes the present numbers follow those of before. */
  private shift = 0;
  /** The number that the next frame is to have; -1 where none is awaited. */
  private awaited = -1;

  private constructor(
    private readonly cache: PacketCache,
    private readonly element: CarriedElement,
  ) {}

  /** @returns null where descriptors were not agreed on */
  static create(cache: PacketCache): FrameNumbers | null {
    const element = cache.elements?.all.find(({ uri }) => uri === dependencyDescriptorUri);
    return element ? new FrameNumbers(cache, element) : null;
  }

  /**
   * The number of the newest frame, as it goes on; -1 for none.
   * @param last extended sequence number of the newest packet
   */
  newest(last: number): number {
    for (let sequence = last; sequence > last - searched && sequence >= 0; sequence -= 1) {
      const number = this.read(this.cache.find(sequence));
      if (number >= 0) return (number + this.shift) & 0xffff;
    }
    return -1;
  }

  /** The track is about to be started anew. */
  restart(last: number): void {
    if (this.awaited >= 0) return;
    const number = this.newest(last);
    if (number >= 0) this.awaited = number + 1;
  }

  /**
   * What is added to the numbers so that they go on.
   * @param slot of the packet from which they are needed
   */
  shiftFrom(slot: number): number {
    const number = this.read(slot);
    if (this.awaited >= 0 && number >= 0) {
      this.shift = this.awaited - number;
      this.awaited = -1;
    }
    return this.shift;
  }

  /** As the publisher wrote it; -1 where there is none. */
  read(slot: number): number {
    const at = slot < 0 ? -1 : (this.element.offsets[slot] as number);
    return at < 0 ? -1 : this.cache.memory.view.getUint16(at + 1);
  }
}
