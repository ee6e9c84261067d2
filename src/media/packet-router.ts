import type { RtpPacket } from '../rtp/index.js';
import type { TrackDescription } from './description.js';
import type { EncodingGroup } from './layers/encoding-group.js';
import { RepairGroup } from './layers/repair-group.js';
import { RtxReceiver } from './nack/rtx-receiver.js';
import type { UpTrack } from './up-track.js';

/** Of an RTP header's seven bits. */
const payloadTypes = 128;

/** Gives each packet of a publisher to the up track it is for: by transport and payload type, then by encoding. */
export class PacketRouter {
  /** Where the last packet lies in its track's cache; -1 when the track did not take it. */
  slot = -1;
  /** What `byPayloadType` said last: packets come in bursts, and with many publishers a look into a table is a long way. */
  private lastPlace = -1;
  private lastFirst: UpTrack | null = null;
  private readonly rtx: readonly RtxReceiver[];
  /** By index of the first encoding's track; null where there are no several, or their repetitions cannot be told apart. */
  private readonly repairs: readonly (RepairGroup | null)[];
  /** By `place`: the track, or null. */
  private readonly byPayloadType: readonly (UpTrack | null)[];
  private readonly byRtxPayloadType: readonly (UpTrack | null)[];

  /**
   * @param ups the first up track of each description, which knows its further encodings
   * @param transports how many there are
   */
  constructor(ups: readonly UpTrack[], transports: number) {
    this.rtx = ups.map((up) => new RtxReceiver(up));
    this.repairs = ups.map(({ description, encodings }) =>
      encodings ? RepairGroup.create(description, encodings) : null,
    );
    this.byPayloadType = tableOf(ups, transports, ({ codec, redPayloadType }) => [
      codec.payloadType,
      redPayloadType,
    ]);
    this.byRtxPayloadType = tableOf(ups, transports, ({ rtxPayloadType }) => [rtxPayloadType]);
  }

  /** @returns the track that the packet was for, whether it took it or not; null for none */
  receive(transport: number, packet: RtpPacket, now: number): UpTrack | null {
    const first = this.firstAt(place(transport, packet.payloadType));
    if (first === null) return this.receiveRtx(transport, packet, now);
    const group = first.encodings;
    const up = group === null ? first : group.find(packet);
    if (up === null) return null;
    this.slot = up.receive(packet, now);
    if (group !== null) this.countFrame(group, up, packet);
    return up;
  }

  private firstAt(wanted: number): UpTrack | null {
    if (wanted !== this.lastPlace) {
      this.lastPlace = wanted;
      this.lastFirst = this.byPayloadType[wanted] ?? null;
    }
    return this.lastFirst;
  }

  private receiveRtx(transport: number, packet: RtpPacket, now: number): UpTrack | null {
    const first = this.byRtxPayloadType[place(transport, packet.payloadType)] ?? null;
    if (first === null) return null;
    const { index, encodings } = first;
    if (encodings !== null) return this.receiveRepair(index, encodings, packet, now);
    this.slot = (this.rtx[index] as RtxReceiver).receive(packet, now);
    return first;
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

/** One table for all transports, since each that is looked into is one more to be fetched. */
function place(transport: number, payloadType: number): number {
  return transport * payloadTypes + payloadType;
}

function tableOf(
  ups: readonly UpTrack[],
  transports: number,
  payloadTypesOf: PayloadTypesOf,
): (UpTrack | null)[] {
  const table = new Array<UpTrack | null>(place(transports, 0)).fill(null);
  for (const up of ups) {
    for (const payloadType of payloadTypesOf(up.description))
      if (payloadType !== null) table[place(up.description.transport, payloadType)] = up;
  }
  return table;
}
