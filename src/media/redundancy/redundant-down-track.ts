import { DownTrack } from '../down-track.js';
import type { PacketCache } from '../packet-cache.js';
import type { UpTrack } from '../up-track.js';
import type { PrimaryBlocks } from './primary-blocks.js';

/**
 * A down track of audio that comes with redundancy (RFC 2198). A viewer that has agreed on it gets each packet as it
 * came, with or without; any other gets the primary blocks alone, which are what the codec itself would have sent.
 */
export class RedundantDownTrack extends DownTrack {
  static suits({ cache }: UpTrack): boolean {
    return cache.primaries !== null;
  }

  override payloadLength(cache: PacketCache, slot: number, index: number): number {
    if (this.description.redPayloadType !== null) return super.payloadLength(cache, slot, index);
    return (cache.primaries as PrimaryBlocks).lengths[slot] as number;
  }

  override payloadOffset(cache: PacketCache, slot: number, index: number, room: number): number {
    if (this.description.redPayloadType !== null) return super.payloadOffset(cache, slot, index, room);
    return (cache.primaries as PrimaryBlocks).offsets[slot] as number;
  }

  protected override send(cache: PacketCache, slot: number, index: number, now: number): boolean {
    const { redPayloadType, codec } = this.description;
    const wrapped = redPayloadType !== null && (cache.primaries as PrimaryBlocks).wrapped[slot] === 1;
    this.payloadType = wrapped ? redPayloadType : codec.payloadType;
    return super.send(cache, slot, index, now);
  }
}
