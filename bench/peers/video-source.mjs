// The test video: H.264 in RTP where every byte follows from the packet's number, so that whoever gets a packet can tell
// whether it is whole.

export const payloadType = 102;
export const headerSize = 12;
export const framesPerSecond = 30;
export const clockRate = 90_000;
const framesPerKeyFrame = framesPerSecond;
// Near their ends, so that every run crosses the wrap-around.
const firstSequenceNumber = 65_000;
const firstTimestamp = 0xffff_0000;
// 640×360, constrained baseline, level 3.1.
const sps = Buffer.from('6742c01fd900a02ff97011000003000100000300320f183248', 'hex');
const pps = Buffer.from('68cb83cb20', 'hex');
const numberSize = 4;
const noiseSize = 65_536;
/** Between the payloads of one stream and the next. */
const streamStep = 977;

// RFC 6184: packet and fragment types.
const stapA = 0x78;
export const fuA = 0x7c;
const fillerData = 0x0c;
const fuStart = 0x80;
const fuEnd = 0x40;
const idrSlice = 5;
const otherSlice = 1;

/** A track of `rate` packets/s of `size` bytes, whole frames at 30 frames/s, a key frame every second. */
export class VideoSource {
  #rate;
  #size;
  #shift;
  #noise = noise(noiseSize + 2048);

  /**
   * @param {number} rate packets/s
   * @param {number} size of a packet, bytes
   * @param {number} [seed] tells the payloads of several streams apart
   */
  constructor(rate, size, seed = 0) {
    this.#rate = rate;
    this.#size = size;
    this.#shift = seed * streamStep;
  }

  /** The number of a frame's first packet; the frame ends where the next one starts. */
  frameStart(frame) {
    return Math.ceil((frame * this.#rate) / framesPerSecond);
  }

  /**
   * Writes packet `number`, RTP header and payload.
   *
   * @param {Buffer} target of the packet's size
   * @param {number} number from 0
   * @param {number} ssrc
   */
  write(target, number, ssrc) {
    const frame = this.#frameOf(number);
    const last = number + 1 === this.frameStart(frame + 1);
    target[0] = 0x80;
    target[1] = (last ? 0x80 : 0) | payloadType;
    target.writeUInt16BE((firstSequenceNumber + number) & 0xffff, 2);
    target.writeUInt32BE(timestampOf(frame), 4);
    target.writeUInt32BE(ssrc, 8);
    this.#writePayload(target.subarray(headerSize), number, frame, last);
  }

  /** Whether a payload is exactly that of packet `number`. */
  matches(payload, number) {
    const frame = this.#frameOf(number);
    const expected = Buffer.allocUnsafe(this.#size - headerSize);
    this.#writePayload(expected, number, frame, number + 1 === this.frameStart(frame + 1));
    return expected.equals(payload);
  }

  /** An RTCP sender report (RFC 3550 section 6.4.1) that ties the media clock to `now`, ms since 1970. */
  senderReport(ssrc, nextFrame, packets, now) {
    const report = Buffer.alloc(28);
    report[0] = 0x80;
    report[1] = 200;
    report.writeUInt16BE(6, 2);
    report.writeUInt32BE(ssrc, 4);
    report.writeUInt32BE(Math.floor(now / 1000) + 2_208_988_800, 8);
    report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), 12);
    report.writeUInt32BE(timestampOf(nextFrame), 16);
    report.writeUInt32BE(packets, 20);
    report.writeUInt32BE((packets * (this.#size - headerSize)) >>> 0, 24);
    return report;
  }

  #frameOf(number) {
    return Math.floor((number * framesPerSecond) / this.#rate);
  }

  #writePayload(payload, number, frame, last) {
    const isKeyFrame = frame % framesPerKeyFrame === 0;
    const first = number === this.frameStart(frame);
    let offset;
    if (isKeyFrame && first) offset = writeParameterSets(payload);
    else {
      payload[0] = fuA;
      payload[1] = (first ? fuStart : 0) | (last ? fuEnd : 0) | (isKeyFrame ? idrSlice : otherSlice);
      offset = 2;
    }
    const start = (number * 61 + this.#shift) % noiseSize;
    this.#noise.copy(payload, offset, start, start + payload.length - offset - numberSize);
    payload.writeUInt32BE(number, payload.length - numberSize);
  }
}

/** The number that a payload says it has, or -1. */
export function packetNumber(payload) {
  return payload.length < numberSize ? -1 : payload.readUInt32BE(payload.length - numberSize);
}

function timestampOf(frame) {
  return (firstTimestamp + (frame * clockRate) / framesPerSecond) >>> 0;
}

/** A STAP-A: both parameter sets, then filler data up to the packet's size. Returns where the filler's content starts. */
export function writeParameterSets(payload) {
  payload[0] = stapA;
  let offset = 1;
  for (const unit of [sps, pps]) {
    payload.writeUInt16BE(unit.length, offset);
    unit.copy(payload, offset + 2);
    offset += 2 + unit.length;
  }
  payload.writeUInt16BE(payload.length - offset - 2, offset);
  payload[offset + 2] = fillerData;
  return offset + 3;
}

/** The same bytes in every process, without a pattern (xorshift32). */
function noise(size) {
  const bytes = Buffer.alloc(size);
  let state = 0x9e37_79b9;
  for (let index = 0; index < size; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}
