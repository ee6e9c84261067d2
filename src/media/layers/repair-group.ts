import { repairedStreamIdUri } from '../../kit/index.js';
import type { RtpPacket } from '../../rtp/index.js';
import type { TrackDescription } from '../description.js';
import { RtxReceiver } from '../nack/rtx-receiver.js';
import type { UpTrack } from '../up-track.js';
import type { EncodingGroup } from './encoding-group.js';
import { StreamIds, unknown, unnamed } from './stream-ids.js';

/**
 * The retransmissions (RFC 4588) of a publisher's encodings: which encoding a packet repeats one of is read from its
 * header extension (repaired-rtp-stream-id, RFC 8852 section 3.2) until it has been said once, and known by its SSRC from
 * then on. An SSRC stays with the encoding that it has named; one that names another, or is an encoding's own, is believed
 * nothing.
 */
export class RepairGroup {
  /** Where the last packet's original lies in its track's cache; -1 when there was nothing to take. */
  slot = -1;
  /** Packets of padding only, with which browsers probe for bandwidth; they need not name anything. */
  probes = 0;
  private readonly ids: StreamIds;
  /** By place of the RID: the SSRC of its retransmissions, -1 before the first; what takes them. */
  private readonly ssrcs: Float64Array;
  private readonly receivers: (RtxReceiver | undefined)[] = [];

  private constructor(
    rids: readonly string[],
    extensionId: number,
    private readonly encodings: EncodingGroup,
  ) {
    this.ids = new StreamIds(rids, extensionId);
    this.ssrcs = new Float64Array(rids.length).fill(-1);
  }

  /** @returns null where packets would not say which encoding they repeat one of */
  static create({ encodings, extensions }: TrackDescription, group: EncodingGroup): RepairGroup | null {
    const extension = extensions.find(({ uri }) => uri === repairedStreamIdUri);
    return extension ? new RepairGroup(encodings, extension.id, group) : null;
  }

  /** @returns the track of the encoding that it repeats one of, whether that took it or not; null for none */
  receive(packet: RtpPacket, now: number): UpTrack | null {
    this.slot = -1;
    if (packet.payloadLength === 0) {
      this.probes += 1;
      return this.encodings.lead;
    }
    const place = this.placeOf(packet);
    const up = place < 0 ? null : this.encodings.at(place);
    if (up === null) return null;
    this.ssrcs[place] = packet.ssrc;
    this.slot = this.receiverOf(place, up).receive(packet, now);
    return up;
  }

  /** Place of the encoding that a packet repeats one of; negative for none that can be believed. */
  private placeOf(packet: RtpPacket): number {
    if (this.encodings.hasSource(packet.ssrc)) return unknown;
    const named = this.ids.read(packet);
    const known = this.ssrcs.indexOf(packet.ssrc);
    if (known < 0) return named;
    return named === known || named === unnamed ? known : unknown;
  }

  private receiverOf(place: number, up: UpTrack): RtxReceiver {
    const receiver = this.receivers[place] ?? new RtxReceiver(up);
    this.receivers[place] = receiver;
    return receiver;
  }
}
