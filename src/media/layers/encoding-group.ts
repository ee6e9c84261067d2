import { pipeTrackOf, type RtpPacket } from '../../rtp/index.js';
import type { UpTrack } from '../up-track.js';
import { StreamIds } from './stream-ids.js';

/**
 * The encodings of one picture that a publisher sends at once (simulcast, RFC 8853), each an up track of its own. A
 * packet is of the encoding whose SSRC it has; what names an encoding in its header extension (RFC 8852) is shown to that
 * one, which takes a new SSRC for its own as every up track does. The first encoding is always there, each further one
 * from its first packet on.
 */
export class EncodingGroup {
  readonly ups: UpTrack[];
  /** Pictures of whichever encoding led at the time. */
  frames = 0;
  /** The largest encoding that is being sent, as of the last `refresh`. */
  lead: UpTrack;
  private readonly ids: StreamIds;
  private readonly byRid: (UpTrack | undefined)[];

  /**
   * @param rids as agreed on, ASCII
   * @param extensionId of the RID's header extension
   * @param indexes of the up tracks, by RID
   * @param open makes the up track with this index; null when memory is exhausted
   */
  constructor(
    rids: readonly string[],
    extensionId: number,
    readonly indexes: readonly number[],
    private readonly first: UpTrack,
    private readonly open: (index: number) => UpTrack | null,
  ) {
    this.ids = new StreamIds(rids, extensionId);
    this.ups = [first];
    this.byRid = [first];
    this.lead = first;
  }

  /** The up track that a packet is for; null when it is of no encoding. */
  find(packet: RtpPacket): UpTrack | null {
    for (let index = 0; index < this.ups.length; index += 1) {
      const up = this.ups[index] as UpTrack;
      if (up.ssrc === packet.ssrc) return up;
    }
    const { description } = this.first;
    const rid = description.piped ? this.indexes.indexOf(pipeTrackOf(packet.ssrc)) : this.ids.read(packet);
    if (rid < 0) return null;
    return this.byRid[rid] ?? this.add(rid);
  }

  /** The up track of the RID in this place; null before its first packet. */
  at(place: number): UpTrack | null {
    return this.byRid[place] ?? null;
  }

  /** Whether an encoding has this SSRC. */
  hasSource(ssrc: number): boolean {
    for (let index = 0; index < this.ups.length; index += 1) if (this.ups[index]?.ssrc === ssrc) return true;
    return false;
  }

  /** @returns whether another encoding leads now */
  refresh(now: number): boolean {
    const before = this.lead;
    for (const up of this.ups) {
      if (!up.rates.isActive(now)) continue;
      if (!this.lead.rates.isActive(now) || area(up) > area(this.lead)) this.lead = up;
    }
    return this.lead !== before;
  }

  private add(rid: number): UpTrack | null {
    const up = this.open(this.indexes[rid] as number);
    if (!up) return null;
    this.byRid[rid] = up;
    this.ups.push(up);
    return up;
  }
}

function area({ size }: UpTrack): number {
  return size.width * size.height;
}
