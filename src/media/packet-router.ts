import type { RtpPacket } from '../rtp/index.js';
import type { TrackDescription } from './description.js';
import type { EncodingGroup } from './layers/encoding-group.js';
import { RepairGroup } from './layers/repair-group.js';
import { RtxReceiver } from './nack/rtx-receiver.js';
import type { UpTrack } from './up-track.js';

/** Gives each packet of a publisher to the up track it is for: by transport and payload type, then by encoding. */
export class PacketRouter {
  /** Where the last packet lies in its track's cache; -1 when the track did not take it. */
  slot = -1;
  private readonly rtx: readonly RtxReceiver[];
  /** By index of the first encoding's track; null where there are no several, or their repetitions cannot be told apart. */
  private readonly repairs: readonly (RepairGroup | null)[];
  /** By transport, then payload type: index of the track, or -1. */
  private readonly byPayloadType: readonly Int8Array[];
  private readonly byRtxPayloadType: readonly Int8Array[];

  /**
   * @param ups the first up track of each description, with its further encodings in `groups`
   * @param transports how many there are
   */
  constructor(
    private readonly ups: readonly UpTrack[],
    private readonly groups: readonly (EncodingGroup | null)[],
    transports: number,
  ) {
    this.rtx = ups.map((up) => new RtxReceiver(up));
    this.repairs = ups.map(({ description }, index) => {
      const group = groups[index];
      return group ? RepairGroup.create(description, group) : null;
    });
    const descriptions = ups.map(({ description }) => description);
    const tables = (payloadTypesOf: PayloadTypesOf) =>
      Array.from({ length: transports }, (_, transport) => tableOf(descriptions, transport, payloadTypesOf));
    this.byPayloadType = tables(({ codec, redPayloadType }) => [codec.payloadType, redPayloadType]);
    this.byRtxPayloadType = tables(({ rtxPayloadType }) => [rtxPayloadType]);
  }

  /** @returns the track that the packet was for, whether it took it or not; null for none */
  receive(transport: number, packet: RtpPacket, now: number): UpTrack | null {
    const index = this.byPayloadType[transport]?.[packet.payloadType] ?? -1;
    if (index < 0) return this.receiveRtx(transport, packet, now);
    const group = this.groups[index] as EncodingGroup | null;
    const up = group === null ? (this.ups[index] as UpTrack) : group.find(packet);
    if (up === null) return null;
    this.slot = up.receive(packet, now);
    if (group !== null) this.countFrame(group, up, packet);
    return up;
  }

  private receiveRtx(transport: number, packet: RtpPacket, now: number): UpTrack | null {
    const index = this.byRtxPayloadType[transport]?.[packet.payloadType] ?? -1;
    if (index < 0) return null;
    const group = this.groups[index] as EncodingGroup | null;
    if (group !== null) return this.receiveRepair(index, group, packet, now);
    this.slot = (this.rtx[index] as RtxReceiver).receive(packet, now);
    return this.ups[index] as UpTrack;
  }

  private receiveRepair(index: number, group: EncodingGroup, packet: RtpPacket, now: number): UpTrack | null {
    const repairs = this.repairs[index];
    const up = repairs?.receive(packet, now) ?? null;
    if (!repairs || up === null) return null;
    this.slot = repairs.slot;
    this.countFrame(group, up, packet);
    return up;
  }

  private countFrame(group: EncodingGroup, up: UpTrack, packet: RtpPacket): void {
    if (this.slot >= 0 && up === group.lead && packet.marker) group.frames += 1;
  }
}

type PayloadTypesOf = (track: TrackDescription) => readonly (number | null)[];

/** The tracks of one transport by payload type: their index, or -1. */
function tableOf(
  tracks: readonly TrackDescription[],
  transport: number,
  payloadTypesOf: PayloadTypesOf,
): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (const [index, track] of tracks.entries()) {
    if (track.transport !== transport) continue;
    for (const payloadType of payloadTypesOf(track)) if (payloadType !== null) table[payloadType] = index;
  }
  return table;
}
