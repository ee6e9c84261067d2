import type { PacketCache } from './packet-cache.js';

/** What a track's packets look like to its viewer, by cache, slot and packet index: here, as they lie in the cache. */
export class SentPackets {
  /** What is added to the frame numbers of the packets' dependency descriptors. */
  get frameShift(): number {
    return 0;
  }

  payloadLength(cache: PacketCache, slot: number, _index: number): number {
    return cache.payloadLength(slot);
  }

  /** Where the payload lies; `_room` is where a changed copy of it would go. */
  payloadOffset(cache: PacketCache, slot: number, _index: number, _room: number): number {
    return cache.payloadOffset(slot);
  }

  /** Bytes of padding to send behind the payload. */
  padding(cache: PacketCache, slot: number, _index: number): number {
    return cache.padding(slot);
  }

  hasMarker(cache: PacketCache, slot: number, _index: number): boolean {
    return cache.hasMarker(slot);
  }
}
