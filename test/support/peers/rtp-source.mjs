// Test media as RTP packets: right codec headers, random bytes behind them, so that every payload but the parameter
// sets of H.264 is unique.
import { createHash, randomBytes } from 'node:crypto';

const FRAME_MS = 40;
const FRAMES_PER_KEY_FRAME = 12;
const AUDIO_PACKET_MS = 20;
const LARGEST_PAYLOAD = 1150;
// 640×360, constrained baseline, level 3.1.
const H264_SPS = Buffer.from('6742c01fd900a02ff97011000003000100000300320f183248', 'hex');
const H264_PPS = Buffer.from('68cb83cb20', 'hex');
// Close to their wrap-around, so that every run crosses it.
const FIRST_SEQUENCE_NUMBER = 65_480;
const FIRST_TIMESTAMP = 0xffff_8000;

/** A short name for a payload: equal only when all bytes are. */
export function fingerprint(payload) {
  return createHash('sha1').update(payload).digest('hex').slice(0, 16);
}

/** Makes the packets of one RTP stream; notes what it made. */
class RtpSource {
  sent = [];
  startedAt = 0;
  #sequenceNumber = FIRST_SEQUENCE_NUMBER;
  #timestamp = FIRST_TIMESTAMP;

  constructor(payloadType, ssrc) {
    this.payloadType = payloadType;
    this.ssrc = ssrc;
  }

  /** One frame's payloads as packets, the last one with the marker if asked; time goes on by `ticks` afterwards. */
  packets(payloads, markLast, ticks) {
    this.startedAt ||= Date.now();
    const packets = payloads.map((payload, index) => {
      const marker = markLast && index === payloads.length - 1;
      const header = Buffer.alloc(12);
      header[0] = 0x80;
      header[1] = (marker ? 0x80 : 0) | this.payloadType;
      header.writeUInt16BE(this.#sequenceNumber, 2);
      header.writeUInt32BE(this.#timestamp, 4);
      header.writeUInt32BE(this.ssrc, 8);
      this.sent.push({ timestamp: this.#timestamp, marker, payload: fingerprint(payload) });
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
      return Buffer.concat([header, payload]);
    });
    this.#timestamp = (this.#timestamp + ticks) >>> 0;
    return packets;
  }
}

/** RFC 3550 6.4.1: a sender report without blocks, behind the packets that `source` has made. */
export function senderReport(source, clockRate) {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(source.ssrc, 4);
  const now = Date.now();
  report.writeUInt32BE(Math.floor(now / 1000) + 2_208_988_800, 8);
  report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), 12);
  const sinceFirst = Math.round(((now - source.startedAt) / 1000) * clockRate);
  report.writeUInt32BE((FIRST_TIMESTAMP + sinceFirst) >>> 0, 16);
  report.writeUInt32BE(source.sent.length, 20);
  report.writeUInt32BE(source.sent.length * 1000, 24);
  return report;
}

class AudioSource extends RtpSource {
  intervalMs = AUDIO_PACKET_MS;

  next() {
    return this.packets([randomBytes(40 + Math.floor(Math.random() * 160))], false, 48 * AUDIO_PACKET_MS);
  }
}

class VideoSource extends RtpSource {
  intervalMs = FRAME_MS;
  #frame = 0;

  constructor(payloadType, ssrc, payloadsOf) {
    super(payloadType, ssrc);
    this.payloadsOf = payloadsOf;
  }

  next() {
    const isKeyFrame = this.#frame++ % FRAMES_PER_KEY_FRAME === 0;
    return this.packets(this.payloadsOf(isKeyFrame), true, 90 * FRAME_MS);
  }
}

/** RFC 7741: a descriptor of one byte (S in the first packet only), then the frame header of RFC 6386. */
function vp8Payloads(isKeyFrame) {
  const header = isKeyFrame
    ? Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01])
    : Buffer.from([0x10, 0x11, 0x02, 0x00]);
  const continuation = Buffer.from([0x00]);
  return [
    filled(header, LARGEST_PAYLOAD),
    filled(continuation, LARGEST_PAYLOAD),
    filled(continuation, randomLength()),
  ];
}

/** RFC 6184: SPS and PPS in a STAP-A before a key frame, slices as FU-A. */
function h264Payloads(isKeyFrame) {
  const type = isKeyFrame ? 5 : 1;
  const fragment = (flags, length) => filled(Buffer.from([0x7c, flags | type]), length);
  const slices = [
    fragment(0x80, LARGEST_PAYLOAD),
    fragment(0, LARGEST_PAYLOAD),
    fragment(0x40, randomLength()),
  ];
  if (!isKeyFrame) return slices;
  const sized = (unit) => Buffer.concat([Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return [Buffer.concat([Buffer.from([0x78]), sized(H264_SPS), sized(H264_PPS)]), ...slices];
}

function filled(header, length) {
  return Buffer.concat([header, randomBytes(length - header.length)]);
}

function randomLength() {
  return 30 + Math.floor(Math.random() * (LARGEST_PAYLOAD - 30));
}

/** A source for 'opus', 'VP8' or 'H264'. */
export function createSource(codec, payloadType, ssrc) {
  if (codec === 'opus') return new AudioSource(payloadType, ssrc);
  return new VideoSource(payloadType, ssrc, codec === 'H264' ? h264Payloads : vp8Payloads);
}

/** What the tests compare of a received RTP packet, or null when it is none. */
export function describePacket(packet) {
  if (packet.length < 12 || packet[0] >> 6 !== 2) return null;
  let offset = 12 + 4 * (packet[0] & 0x0f);
  if (packet[0] & 0x10) offset += 4 + 4 * packet.readUInt16BE(offset + 2);
  const padding = packet[0] & 0x20 ? packet[packet.length - 1] : 0;
  return {
    payloadType: packet[1] & 0x7f,
    marker: (packet[1] & 0x80) !== 0,
    sequenceNumber: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: fingerprint(packet.subarray(offset, packet.length - padding)),
  };
}
