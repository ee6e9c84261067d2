import { memoryOf } from '../../../../src/kit/index.js';
import {
  compactNtp,
  NullRtcpHandler,
  type ReportBlock,
  readRtcp,
  writeDelaySinceLastReference,
  writeFir,
  writeNack,
  writePli,
  writeReceiverReport,
  writeRemb,
  writeSenderReport,
} from '../../../../src/rtp/index.js';

const scratch = memoryOf(new Uint8Array(4096));

function written(length: number): Uint8Array {
  return scratch.u8.slice(0, length);
}

const peerSsrc = 0xca11_0001;

export const pli = (ssrc: number) => written(writePli(scratch, 0, peerSsrc, ssrc));

export const fir = (ssrc: number, number = 1) => written(writeFir(scratch, 0, peerSsrc, ssrc, number));

export const nack = (ssrc: number, ...sequences: number[]) =>
  written(writeNack(scratch, 0, peerSsrc, ssrc, Uint16Array.from(sequences), sequences.length));

export const remb = (bitrate: number, ssrc: number) =>
  written(writeRemb(scratch, 0, peerSsrc, bitrate, [ssrc]));

export function senderReport(ssrc: number, seconds: number, fraction: number, timestamp: number): Uint8Array {
  return written(writeSenderReport(scratch, 0, ssrc, seconds, fraction, timestamp, 0, 0));
}

/** The echo of a receiver's time. @param delay 65536ths of a second */
export const referenceEcho = (asker: number, reference: number, delay: number) =>
  written(writeDelaySinceLastReference(scratch, 0, peerSsrc, asker, reference, delay));

/** A receiver report of one block; what is not given is 0. */
export function receiverReport(ssrc: number, fields: Partial<ReportBlock> = {}): Uint8Array {
  const block = {
    ssrc,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
    ...fields,
  };
  return written(writeReceiverReport(scratch, 0, peerSsrc, [block], 1));
}

export function compound(...packets: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(packets));
}

interface SenderReport {
  readonly ssrc: number;
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** Everything that RTCP packets said, by kind. */
export class RtcpNotes extends NullRtcpHandler {
  readonly senderReports: SenderReport[] = [];
  readonly blocks: ReportBlock[] = [];
  /** Every sequence number asked for, the bitmask taken apart. */
  readonly nacks: { ssrc: number; sequence: number }[] = [];
  readonly plis: number[] = [];
  readonly firs: { ssrc: number; number: number }[] = [];
  readonly rembs: number[] = [];
  /** Times of the receiver, compact NTP. */
  readonly references: { ssrc: number; reference: number }[] = [];
  /** Transport-wide sequence numbers reported as received. */
  readonly arrived: number[] = [];

  /** By packet: the types of the RTCP packets in it (RFC 3550 section 12.1). */
  readonly types: number[][] = [];

  /** Reads packets and throws when one of them is malformed. */
  static of(packets: readonly { readonly bytes: Uint8Array; readonly isRtcp: boolean }[]): RtcpNotes {
    const notes = new RtcpNotes();
    for (const { bytes, isRtcp } of packets) if (isRtcp) notes.read(bytes);
    return notes;
  }

  read(bytes: Uint8Array): void {
    if (!readRtcp(memoryOf(bytes), 0, bytes.length, this)) throw new Error('malformed RTCP');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const types: number[] = [];
    for (let at = 0; at < bytes.length; at += 4 * (view.getUint16(at + 2) + 1))
      types.push(view.getUint8(at + 1));
    this.types.push(types);
  }

  override onSenderReport(
    ssrc: number,
    ntpSeconds: number,
    ntpFraction: number,
    rtpTimestamp: number,
    packets: number,
    octets: number,
  ): void {
    this.senderReports.push({ ssrc, ntpSeconds, ntpFraction, rtpTimestamp, packets, octets });
  }

  override onReportBlock(
    _reporter: number,
    ssrc: number,
    fractionLost: number,
    cumulativeLost: number,
    highestSequence: number,
    jitter: number,
    lastSenderReport: number,
    delaySinceLastSenderReport: number,
  ): void {
    this.blocks.push({
      ssrc,
      fractionLost,
      cumulativeLost,
      highestSequence,
      jitter,
      lastSenderReport,
      delaySinceLastSenderReport,
    });
  }

  override onReceiverReferenceTime(ssrc: number, seconds: number, fraction: number): void {
    this.references.push({ ssrc, reference: compactNtp(seconds, fraction) });
  }

  override onNack(_sender: number, ssrc: number, packetId: number, bitmask: number): void {
    this.nacks.push({ ssrc, sequence: packetId });
    for (let bit = 0; bit < 16; bit += 1)
      if (bitmask & (1 << bit)) this.nacks.push({ ssrc, sequence: (packetId + bit + 1) & 0xffff });
  }

  override onPli(_sender: number, ssrc: number): void {
    this.plis.push(ssrc);
  }

  override onFir(_sender: number, ssrc: number, number: number): void {
    this.firs.push({ ssrc, number });
  }

  override onRemb(_sender: number, bitrate: number): void {
    this.rembs.push(bitrate);
  }

  override onTransportFeedbackPacket(sequence: number, received: boolean): void {
    if (received) this.arrived.push(sequence);
  }
}
