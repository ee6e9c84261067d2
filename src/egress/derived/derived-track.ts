import type { Memory } from '../../kit/index.js';
import { type MediaFrame, pipedPayloadType, type TrackDescription } from '../../media/index.js';
import {
  ntpFraction,
  ntpSeconds,
  type Packetizer,
  type PayloadSink,
  packetizer,
  pipeSsrc,
  writeSenderReport,
} from '../../rtp/index.js';

/** Takes what a track is made of, packet by packet. */
export interface PacketTaker {
  rtp(bytes: Uint8Array): void;
  rtcp(bytes: Uint8Array): void;
}

/** Bytes of a payload at most: viewers' packets get header extensions and what SRTP adds. */
const longestPayload = 1120;
const headerSize = 12;
const reportSize = 28;
const reportInterval = 1000;
/** Times are given on a clock of this process; NTP wants one that begins long before it, ms. */
const epoch = Date.UTC(2000, 0, 1);

/** One track's frames as RTP (RFC 3550), with sender reports that say when they are to be shown. */
export class DerivedTrack implements PayloadSink {
  private sequence = 0;
  private packets = 0;
  private octets = 0;
  private timestamp = 0;
  private reportAt = Number.NEGATIVE_INFINITY;
  private readonly ssrc: number;

  /** @returns null for a codec that cannot be packetised */
  static create(
    place: number,
    track: TrackDescription,
    tag: number,
    taker: PacketTaker,
  ): DerivedTrack | null {
    const cutter = packetizer(track.codec.name);
    return cutter && new DerivedTrack(place, track.kind === 'video', cutter, tag, taker);
  }

  private constructor(
    private readonly place: number,
    private readonly isVideo: boolean,
    private readonly cutter: Packetizer,
    tag: number,
    private readonly taker: PacketTaker,
  ) {
    this.ssrc = pipeSsrc(tag, place, 0);
  }

  /** @param now ms */
  send(frame: MediaFrame, now: number): void {
    this.timestamp = frame.timestamp >>> 0;
    if (!this.cutter.packetize(frame.data, longestPayload, this) || now < this.reportAt) return;
    this.reportAt = now + reportInterval;
    this.report(frame.time + epoch);
  }

  onPayload({ u8 }: Memory, offset: number, length: number, last: boolean): void {
    const bytes = Buffer.alloc(headerSize + length);
    bytes[0] = 0x80;
    bytes[1] = (this.isVideo && last ? 0x80 : 0) | pipedPayloadType(this.place);
    bytes.writeUInt16BE(this.sequence, 2);
    bytes.writeUInt32BE(this.timestamp, 4);
    bytes.writeUInt32BE(this.ssrc, 8);
    bytes.set(u8.subarray(offset, offset + length), headerSize);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.packets += 1;
    this.octets += length;
    this.taker.rtp(bytes);
  }

  private report(time: number): void {
    const bytes = new Uint8Array(reportSize);
    const memory = { u8: bytes, view: new DataView(bytes.buffer) };
    const { ssrc, timestamp, packets, octets } = this;
    writeSenderReport(memory, 0, ssrc, ntpSeconds(time), ntpFraction(time), timestamp, packets, octets);
    this.taker.rtcp(bytes);
  }
}
