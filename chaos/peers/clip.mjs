// Pictures that a publisher sends: a clip of VP8, over and over, as RTP (RFC 7741).
import { readFileSync } from 'node:fs';

export const payloadType = 96;
export const framesPerSecond = 15;
const clockRate = 90_000;
const largestPayload = 1150;
/** Seconds between 1900 and 1970 (RFC 3550 section 4). */
const ntpOffset = 2_208_988_800;

/**
 * @param {string} path of an IVF file
 * @returns {Buffer[]} its frames, the first one a key frame
 */
export function readClip(path) {
  const file = readFileSync(path);
  const frames = [];
  for (let at = file.readUInt16LE(6); at + 12 <= file.length; ) {
    const length = file.readUInt32LE(at);
    frames.push(file.subarray(at + 12, at + 12 + length));
    at += 12 + length;
  }
  return frames;
}

/** The packets of one publisher, frame by frame. */
export class ClipSource {
  #frames;
  #ssrc;
  #frame = 0;
  #sequence;
  #timestamp;
  #packets = 0;
  #bytes = 0;

  /**
   * @param {Buffer[]} frames
   * @param {number} ssrc
   */
  constructor(frames, ssrc) {
    this.#frames = frames;
    this.#ssrc = ssrc;
    // Both wrap around soon.
    this.#sequence = 65_400;
    this.#timestamp = 0xffff_0000;
  }

  /** @returns {Buffer[]} packets of the next frame */
  next() {
    const frame = this.#frames[this.#frame++ % this.#frames.length];
    const packets = [];
    for (let at = 0; at < frame.length; at += largestPayload) {
      const part = frame.subarray(at, at + largestPayload);
      packets.push(this.#packet(part, at === 0, at + largestPayload >= frame.length));
    }
    this.#timestamp = (this.#timestamp + clockRate / framesPerSecond) >>> 0;
    return packets;
  }

  #packet(part, first, last) {
    const packet = Buffer.alloc(13 + part.length);
    packet[0] = 0x80;
    packet[1] = (last ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet[12] = first ? 0x10 : 0;
    part.copy(packet, 13);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets += 1;
    this.#bytes += 1 + part.length;
    return packet;
  }

  /** A sender report without blocks (RFC 3550 section 6.4.1): the time of the next frame. */
  report() {
    const report = Buffer.alloc(28);
    const now = Date.now();
    report[0] = 0x80;
    report[1] = 200;
    report.writeUInt16BE(6, 2);
    report.writeUInt32BE(this.#ssrc, 4);
    report.writeUInt32BE(Math.floor(now / 1000) + ntpOffset, 8);
    report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), 12);
    report.writeUInt32BE(this.#timestamp, 16);
    report.writeUInt32BE(this.#packets >>> 0, 20);
    report.writeUInt32BE(this.#bytes >>> 0, 24);
    return report;
  }
}
