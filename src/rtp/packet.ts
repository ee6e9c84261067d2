import { type Memory, memoryOf } from '../kit/index.js';

/** The fixed part of an RTP header, bytes (RFC 3550 5.1). */
export const RTP_HEADER_LENGTH = 12;

const VERSION = 2;
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;

/**
 * A reusable view of one RTP packet (RFC 3550 5.1): parse a packet, read the fields, parse the next one.
 *
 * Offsets are offsets in `memory`, lengths are bytes. The fields describe the last packet that `parse`
 * accepted and mean nothing after it refused one.
 */
export class RtpPacket {
  memory: Memory = memoryOf(new Uint8Array(0));
  offset = 0;
  length = 0;
  marker = false;
  payloadType = 0;
  sequenceNumber = 0;
  timestamp = 0;
  ssrc = 0;
  csrcCount = 0;
  payloadOffset = 0;
  /** Bytes of payload, padding excluded; 0 in a packet that is padding only. */
  payloadLength = 0;
  paddingLength = 0;
  /** The "defined by profile" word of the header extension; 0 when there is none. */
  extensionProfile = 0;
  /** Where the header extension's data begins, behind its own 4 bytes of header. */
  extensionOffset = 0;
  extensionLength = 0;
  /** Bytes in the element that `findExtension` found last. */
  elementLength = 0;

  /**
   * Reads the packet at `offset`; touches no byte outside `offset` to `offset + length`.
   *
   * @returns false when it is not a whole RTP packet of version 2
   */
  parse(memory: Memory, offset: number, length: number): boolean {
    if (length < RTP_HEADER_LENGTH) return false;
    const view = memory.view;
    const first = view.getUint8(offset);
    if (first >> 6 !== VERSION) return false;
    const end = offset + length;
    const csrcCount = first & 0x0f;
    let payloadOffset = offset + RTP_HEADER_LENGTH + 4 * csrcCount;
    let extensionProfile = 0;
    let extensionOffset = payloadOffset;
    let extensionLength = 0;
    if ((first & 0x10) !== 0) {
      if (payloadOffset + 4 > end) return false;
      extensionProfile = view.getUint16(payloadOffset);
      extensionLength = 4 * view.getUint16(payloadOffset + 2);
      extensionOffset = payloadOffset + 4;
      payloadOffset = extensionOffset + extensionLength;
    }
    if (payloadOffset > end) return false;
    let paddingLength = 0;
    if ((first & 0x20) !== 0) {
      // The count includes its own byte, so it is at least 1, and at most what the header leaves.
      paddingLength = view.getUint8(end - 1);
      if (paddingLength === 0 || paddingLength > end - payloadOffset) return false;
    }
    const second = view.getUint8(offset + 1);
    this.memory = memory;
    this.offset = offset;
    this.length = length;
    this.marker = (second & 0x80) !== 0;
    this.payloadType = second & 0x7f;
    this.sequenceNumber = view.getUint16(offset + 2);
    this.timestamp = view.getUint32(offset + 4);
    this.ssrc = view.getUint32(offset + 8);
    this.csrcCount = csrcCount;
    this.payloadOffset = payloadOffset;
    this.payloadLength = end - payloadOffset - paddingLength;
    this.paddingLength = paddingLength;
    this.extensionProfile = extensionProfile;
    this.extensionOffset = extensionOffset;
    this.extensionLength = extensionLength;
    this.elementLength = 0;
    return true;
  }

  /**
   * Finds a header extension element (RFC 8285 4.2 and 4.3) and leaves its length in `elementLength`.
   *
   * @param id the element's local identifier: 1 to 14, in the two-byte form up to 255
   * @returns where its value begins, or -1 when the packet carries none or its elements are malformed before
   * it
   */
  findExtension(id: number): number {
    this.elementLength = 0;
    if (id <= 0 || this.extensionLength === 0) return -1;
    if (this.extensionProfile === ONE_BYTE_PROFILE) return this.findOneByte(id);
    // The low four bits of the two-byte form are the application's own.
    if ((this.extensionProfile & 0xfff0) === TWO_BYTE_PROFILE) return this.findTwoByte(id);
    return -1;
  }

  private findOneByte(id: number): number {
    const view = this.memory.view;
    const end = this.extensionOffset + this.extensionLength;
    let at = this.extensionOffset;
    while (at < end) {
      const header = view.getUint8(at++);
      if (header === 0) continue;
      const found = header >> 4;
      // 0 with a length and 15 both end the list; what came before them counts.
      if (found === 0 || found === 15) return -1;
      const length = (header & 0x0f) + 1;
      if (at + length > end) return -1;
      if (found === id) {
        this.elementLength = length;
        return at;
      }
      at += length;
    }
    return -1;
  }

  private findTwoByte(id: number): number {
    const view = this.memory.view;
    const end = this.extensionOffset + this.extensionLength;
    let at = this.extensionOffset;
    while (at < end) {
      const found = view.getUint8(at++);
      if (found === 0) continue;
      if (at === end) return -1;
      const length = view.getUint8(at++);
      if (at + length > end) return -1;
      if (found === id) {
        this.elementLength = length;
        return at;
      }
      at += length;
    }
    return -1;
  }
}

/**
 * Tells RTCP from RTP where both share a port: the second byte is 192 to 223 (RFC 5761 4). The caller has
 * already seen by the first byte that it is one of the two (RFC 7983).
 */
export function isRtcp(memory: Memory, offset: number, length: number): boolean {
  if (length < 2) return false;
  const packetType = memory.view.getUint8(offset + 1);
  return packetType >= 192 && packetType <= 223;
}

/**
 * Writes a fixed RTP header without CSRCs (RFC 3550 5.1). Values are taken modulo the width of their field.
 *
 * @param hasExtension whether a header extension will follow it (`ExtensionWriter`)
 * @param hasPadding whether the packet's last byte counts bytes of padding
 * @returns the bytes written, always 12
 */
export function writeRtpHeader(
  memory: Memory,
  offset: number,
  marker: boolean,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
  hasExtension = false,
  hasPadding = false,
): number {
  const view = memory.view;
  view.setUint8(offset, (VERSION << 6) | (hasPadding ? 0x20 : 0) | (hasExtension ? 0x10 : 0));
  view.setUint8(offset + 1, (marker ? 0x80 : 0) | (payloadType & 0x7f));
  view.setUint16(offset + 2, sequenceNumber);
  view.setUint32(offset + 4, timestamp);
  view.setUint32(offset + 8, ssrc);
  return RTP_HEADER_LENGTH;
}
