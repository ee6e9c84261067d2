import type { Memory } from '../../kit/index.js';
import { readBye } from './bye.js';
import { readExtendedReport } from './extended-report.js';
import { readFir } from './fir.js';
import type { RtcpHandler } from './handler.js';
import {
  FEEDBACK_HEADER_LENGTH,
  PacketType,
  PayloadFormat,
  RTCP_HEADER_LENGTH,
  TransportFormat,
} from './header.js';
import { readNack } from './nack.js';
import { readPli } from './pli.js';
import { readReceiverReport } from './receiver-report.js';
import { readRemb } from './remb.js';
import { readSenderReport } from './sender-report.js';
import { readTransportFeedback } from './transport-feedback/reader.js';

const VERSION = 2;

/**
 * Reads a compound RTCP packet (RFC 3550 6.1), in order, telling `handler` what it says. Packets and feedback
 * messages of unknown type are skipped; it need not begin with a report (reduced size, RFC 5506). Padding is
 * accepted on any packet of the compound, because transport-wide feedback is sent that way.
 *
 * @returns false when it is malformed. If its lengths do not add up nothing has been told; if one packet's
 * inside is malformed nothing of that one and of those behind it has.
 */
export function readRtcp(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  if (!isWellFramed(memory, offset, length)) return false;
  const end = offset + length;
  let at = offset;
  while (at < end) {
    const packetLength = lengthOf(memory, at);
    if (!readPacket(memory, at, packetLength - paddingOf(memory, at, packetLength), handler)) return false;
    at += packetLength;
  }
  return true;
}

/** Whether the packets' versions, lengths and paddings fill `length` exactly. */
function isWellFramed(memory: Memory, offset: number, length: number): boolean {
  if (length < RTCP_HEADER_LENGTH) return false;
  const view = memory.view;
  const end = offset + length;
  let at = offset;
  while (at < end) {
    if (at + RTCP_HEADER_LENGTH > end || view.getUint8(at) >> 6 !== VERSION) return false;
    const packetLength = lengthOf(memory, at);
    if (at + packetLength > end) return false;
    if ((view.getUint8(at) & 0x20) !== 0) {
      // Not checked to be a multiple of 4: libwebrtc pads the odd bytes of transport-wide feedback with 1 to
      // 3.
      const padding = view.getUint8(at + packetLength - 1);
      if (padding === 0 || padding > packetLength - RTCP_HEADER_LENGTH) return false;
    }
    at += packetLength;
  }
  return true;
}

function lengthOf(memory: Memory, offset: number): number {
  return 4 * (memory.view.getUint16(offset + 2) + 1);
}

function paddingOf(memory: Memory, offset: number, packetLength: number): number {
  const view = memory.view;
  return (view.getUint8(offset) & 0x20) === 0 ? 0 : view.getUint8(offset + packetLength - 1);
}

/** Reads one packet, `length` bytes without its padding. */
function readPacket(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  switch (memory.view.getUint8(offset + 1)) {
    case PacketType.senderReport:
      return readSenderReport(memory, offset, length, handler);
    case PacketType.receiverReport:
      return readReceiverReport(memory, offset, length, handler);
    case PacketType.bye:
      return readBye(memory, offset, length, handler);
    case PacketType.transportFeedback:
      return readTransportLayer(memory, offset, length, handler);
    case PacketType.payloadFeedback:
      return readPayloadSpecific(memory, offset, length, handler);
    case PacketType.extendedReport:
      return readExtendedReport(memory, offset, length, handler);
    default:
      return true;
  }
}

function readTransportLayer(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  if (length < FEEDBACK_HEADER_LENGTH) return false;
  switch (memory.view.getUint8(offset) & 0x1f) {
    case TransportFormat.nack:
      return readNack(memory, offset, length, handler);
    case TransportFormat.transportWide:
      return readTransportFeedback(memory, offset, length, handler);
    default:
      return true;
  }
}

function readPayloadSpecific(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  if (length < FEEDBACK_HEADER_LENGTH) return false;
  switch (memory.view.getUint8(offset) & 0x1f) {
    case PayloadFormat.pli:
      return readPli(memory, offset, length, handler);
    case PayloadFormat.fir:
      return readFir(memory, offset, length, handler);
    case PayloadFormat.applicationLayer:
      return readRemb(memory, offset, length, handler);
    default:
      return true;
  }
}
