import type { RtpPacket } from '../../rtp/index.js';

/** What `StreamIds.read` says of a packet that names no encoding, or none that was agreed on. */
export const unnamed = -1;
export const unknown = -2;

/** Reads by which name a packet calls its encoding, or the one that it repeats (RFC 8852). */
export class StreamIds {
  private readonly names: readonly Uint8Array[];

  /**
   * @param rids as agreed on, ASCII
   * @param extensionId of the header extension that has the name
   */
  constructor(
    rids: readonly string[],
    private readonly extensionId: number,
  ) {
    this.names = rids.map((rid) => new TextEncoder().encode(rid));
  }

  /** @returns the place of the RID that the packet names, `unnamed` or `unknown` */
  read(packet: RtpPacket): number {
    const at = packet.findExtension(this.extensionId);
    if (at < 0) return unnamed;
    const { memory, elementLength } = packet;
    for (let place = 0; place < this.names.length; place += 1) {
      const name = this.names[place] as Uint8Array;
      if (name.length !== elementLength) continue;
      let same = 0;
      while (same < elementLength && memory.u8[at + same] === name[same]) same += 1;
      if (same === elementLength) return place;
    }
    return unknown;
  }
}
