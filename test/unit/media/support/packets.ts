import { type Memory, memoryOf, transportWideCcUri } from '../../../../src/kit/index.js';
import type { DownTrackDescription, TrackDescription } from '../../../../src/media/index.js';
import { ExtensionWriter, RtpPacket, writeRtpHeader } from '../../../../src/rtp/index.js';
import { BitWriter } from '../../rtp/bit-writer.js';
import { sps } from '../../rtp/sps-writer.js';
import type { TestMemory } from './test-memory.js';

const feedback = { nack: true, pli: true, fir: true, remb: false, transportCc: false };

export const videoSsrc = 0xbead0001;
export const audioSsrc = 0xbead0002;
/** SSRCs of what the server sends, and of its own reports. */
export const downVideoSsrc = 0x51100001;
export const downAudioSsrc = 0x51100002;
export const videoRtxSsrc = 0xbead0011;
export const downRtxSsrc = 0x51100011;
export const serverSsrc = 0x51100000;
export const serverCname = 'server-cname';
export const transportSequenceId = 5;

export const video: TrackDescription = {
  kind: 'video',
  codec: { name: 'H264', payloadType: 102, clockRate: 90_000, channels: 1, fmtp: 'packetization-mode=1' },
  rtxPayloadType: null,
  redPayloadType: null,
  transport: 0,
  feedback,
  reducedSize: true,
  extensions: [],
  encodings: [],
  maxBitrate: 0,
};

export const audio: TrackDescription = {
  kind: 'audio',
  codec: { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, fmtp: '' },
  rtxPayloadType: null,
  redPayloadType: null,
  transport: 0,
  feedback,
  reducedSize: true,
  extensions: [],
  encodings: [],
  maxBitrate: 0,
};

/** The same track with transport-wide congestion control. */
export function withTransportCc(track: TrackDescription): TrackDescription {
  return {
    ...track,
    feedback: { ...track.feedback, transportCc: true },
    extensions: [{ id: transportSequenceId, uri: transportWideCcUri }],
  };
}

/** The same track with retransmissions as RTX. */
export function withRtx(track: TrackDescription): TrackDescription {
  return { ...track, rtxPayloadType: track.codec.payloadType + 1 };
}

/** The same track with redundancy. */
export function withRed(track: TrackDescription): TrackDescription {
  return { ...track, redPayloadType: 63 };
}

export function down(
  track: TrackDescription,
  source: number,
  changes: Partial<DownTrackDescription> = {},
): DownTrackDescription {
  const ssrc = track.kind === 'video' ? downVideoSsrc : downAudioSsrc;
  const codec = { ...track.codec, payloadType: track.codec.payloadType - 6 };
  const rtx = track.rtxPayloadType;
  const rtxPayloadType = rtx === null ? null : rtx - 6;
  const rtxSsrc = rtx === null ? null : downRtxSsrc;
  return {
    ...track,
    codec,
    source,
    ssrc,
    rtxPayloadType,
    rtxSsrc,
    mid: null,
    width: 0,
    height: 0,
    ...changes,
  };
}

export interface PacketFields {
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly payload?: Uint8Array;
  /** Transport-wide sequence number; no extension without it. */
  readonly transportSequence?: number;
}

/** A packet of the video track unless told otherwise; sequence number and timestamp are cut to their width. */
export function rtpPacket(fields: PacketFields): Uint8Array {
  const payload = fields.payload ?? deltaPayload(0, 40);
  const memory = memoryOf(new Uint8Array(20 + payload.length));
  const { sequence = 0, timestamp = 0, ssrc = videoSsrc, payloadType = 102, marker = false } = fields;
  const { transportSequence } = fields;
  const extended = transportSequence !== undefined;
  let length = writeRtpHeader(memory, 0, marker, payloadType, sequence, timestamp, ssrc, extended);
  if (extended) {
    const writer = new ExtensionWriter();
    writer.begin(memory, length);
    writer.addUint(transportSequenceId, transportSequence, 2);
    length += writer.end();
  }
  memory.u8.set(payload, length);
  return memory.u8.subarray(0, length + payload.length);
}

/** A packet as RTX repeats it (RFC 4588 section 4): its own header but for these three fields, OSN, payload. */
export function rtxOf(
  original: Uint8Array,
  { sequence = 0, ssrc = videoRtxSsrc, payloadType = 103 }: PacketFields = {},
): Uint8Array {
  const { payloadOffset } = parsed(original);
  const bytes = new Uint8Array(original.length + 2);
  bytes.set(original.subarray(0, payloadOffset));
  bytes.set(original.subarray(2, 4), payloadOffset);
  bytes.set(original.subarray(payloadOffset), payloadOffset + 2);
  const view = new DataView(bytes.buffer);
  view.setUint8(1, ((original[1] as number) & 0x80) | payloadType);
  view.setUint16(2, sequence);
  view.setUint32(8, ssrc);
  return bytes;
}

/** What an RTX packet repeats, of this SSRC and payload type. */
export function originalOf(rtx: Uint8Array, ssrc: number, payloadType: number): Uint8Array {
  const { payloadOffset } = parsed(rtx);
  const bytes = new Uint8Array(rtx.length - 2);
  bytes.set(rtx.subarray(0, payloadOffset));
  bytes.set(rtx.subarray(payloadOffset + 2), payloadOffset);
  bytes.set(rtx.subarray(payloadOffset, payloadOffset + 2), 2);
  const view = new DataView(bytes.buffer);
  view.setUint8(1, ((rtx[1] as number) & 0x80) | payloadType);
  view.setUint32(8, ssrc);
  return bytes;
}

/** Where `rtpPacket` puts the transport-wide sequence number. */
export const transportSequenceOffset = 17;

const parameterSet = sps({ columns: 40, rows: 23, crop: [0, 0, 0, 4] }).nal();
const smallParameterSet = sps({ columns: 20, rows: 12, crop: [0, 0, 0, 6] }).nal();
const pictureSet = new BitWriter().ue(0).ue(0).u(2, 0).ue(0).nal(0x68);

/**
 * The beginning of an H.264 key frame as browsers send it: a STAP-A (RFC 6184 section 5.7.1) of SPS and PPS, and an SEI
 * with the number in its last four bytes.
 */
export function keyPayload(ordinal: number, small = false): Uint8Array {
  const sei = Uint8Array.of(0x06, ordinal >>> 24, ordinal >>> 16, ordinal >>> 8, ordinal);
  const bytes: number[] = [24];
  for (const unit of [small ? smallParameterSet : parameterSet, pictureSet, sei]) {
    bytes.push(unit.length >> 8, unit.length & 0xff, ...unit);
  }
  return Uint8Array.from(bytes);
}

/** A slice that is not of a key frame, its number in the last four bytes. */
export function deltaPayload(ordinal: number, size: number): Uint8Array {
  const payload = new Uint8Array(Math.max(size, 8));
  for (let at = 1; at < payload.length; at += 1) payload[at] = Math.imul(at + ordinal, 0x9e3779b1) >>> 24;
  payload[0] = 0x41;
  new DataView(payload.buffer).setUint32(payload.length - 4, ordinal);
  return payload;
}

/** The number at the end of a payload. */
export function ordinalOf(bytes: Uint8Array): number {
  const { payloadOffset, payloadLength } = parsed(bytes);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(payloadOffset + payloadLength - 4);
}

/** A view of a packet by itself. */
export function parsed(bytes: Uint8Array): RtpPacket {
  return parsedIn(memoryOf(bytes), 0, bytes.length);
}

/** A view of a packet that arrives in the memory, valid until the next one arrives. */
export function arriving(memory: TestMemory, bytes: Uint8Array): RtpPacket {
  return parsedIn(memory, memory.arrive(bytes), bytes.length);
}

function parsedIn(memory: Memory, offset: number, length: number): RtpPacket {
  const packet = new RtpPacket();
  if (!packet.parse(memory, offset, length)) throw new Error('not an RTP packet');
  return packet;
}
