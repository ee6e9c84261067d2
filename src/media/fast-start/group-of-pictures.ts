import type { PacketCache } from '../packet-cache.js';

/** Packets that a viewer is sent at most to catch up with a stream. */
const maxPackets = 1024;
/** Bytes of their payloads. */
const maxBytes = 2 ** 20;
/** Share of the cache that they may take: the rest is for what comes while they are sent, so that none is overwritten. */
const maxShare = 3 / 4;

/** The newest key frame of an up track and all that follows it: where a viewer that joins can begin. */
export class GroupOfPictures {
  /** Extended sequence number of the key frame's first packet; -1 before there is one. */
  first = -1;
  private startedAt = 0;

  /** Notes the first packet of a key frame. */
  begin(sequence: number, now: number): void {
    if (sequence <= this.first) return;
    this.first = sequence;
    this.startedAt = now;
  }

  reset(): void {
    this.first = -1;
  }

  /** Time since the key frame began, ms; `Infinity` before there is one. */
  age(now: number): number {
    return this.first < 0 ? Number.POSITIVE_INFINITY : now - this.startedAt;
  }

  /**
   * Whether a viewer can be sent all of it.
   * @param last extended sequence number of the newest packet
   * @param mending whether what is missing is being asked for
   */
  fits(cache: PacketCache, last: number, mending: boolean): boolean {
    const { first } = this;
    if (cache.find(first) < 0 || last - first >= Math.min(maxPackets, cache.capacity * maxShare))
      return false;
    let bytes = 0;
    for (let sequence = first; sequence <= last; sequence += 1) {
      const slot = cache.find(sequence);
      if (slot >= 0) bytes += cache.payloadLength(slot);
      else if (!mending) return false;
    }
    return bytes <= maxBytes;
  }
}
