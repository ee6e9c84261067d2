import type { Memory } from '../../kit/index.js';

/** The header every RTCP packet begins with, bytes (RFC 3550 6.4.1). */
export const RTCP_HEADER_LENGTH = 4;

/**
 * The header, the sender's SSRC and the media source's: what every feedback message begins with (RFC 4585
 * 6.1).
 */
export const FEEDBACK_HEADER_LENGTH = 12;

const VERSION_BITS = 2 << 6;

/** RTCP packet types (RFC 3550 12.1, RFC 4585 6.1, RFC 3611 2). */
export const PacketType = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  bye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
  extendedReport: 207,
} as const;

/**
 * Feedback message types of `PacketType.transportFeedback` (RFC 4585 6.2; 15: transport-wide congestion
 * control).
 */
export const TransportFormat = { nack: 1, transportWide: 15 } as const;

/**
 * Feedback message types of `PacketType.payloadFeedback` (RFC 4585 6.3, RFC 5104 4.3; 15: REMB among others).
 */
export const PayloadFormat = { pli: 1, fir: 4, applicationLayer: 15 } as const;

/**
 * Writes a header without padding.
 *
 * @param count the five bits that are a report count, a source count or a feedback message type
 * @param length bytes of the whole packet, a multiple of 4
 */
export function writeRtcpHeader(
  memory: Memory,
  offset: number,
  count: number,
  packetType: number,
  length: number,
): void {
  const view = memory.view;
  view.setUint8(offset, VERSION_BITS | count);
  view.setUint8(offset + 1, packetType);
  view.setUint16(offset + 2, length / 4 - 1);
}

/** Writes the first 12 bytes of a feedback message of `length` bytes. */
export function writeFeedbackHeader(
  memory: Memory,
  offset: number,
  format: number,
  packetType: number,
  length: number,
  senderSsrc: number,
  mediaSsrc: number,
): void {
  writeRtcpHeader(memory, offset, format, packetType, length);
  memory.view.setUint32(offset + 4, senderSsrc);
  memory.view.setUint32(offset + 8, mediaSsrc);
}
