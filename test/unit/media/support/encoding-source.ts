import { memoryOf } from '../../../../src/kit/index.js';
import { ExtensionWriter, writeRtpHeader } from '../../../../src/rtp/index.js';
import { parsed } from './packets.js';
import { type Vp9Form, vp9Payload } from './vp9-payload.js';

export const ridId = 4;
export const repairedId = 6;
/** Payload type of VP8 that is sent again. */
export const repairType = 97;

export interface EncodedPicture {
  readonly key?: boolean;
  readonly temporalId?: number;
  /** VP8: Y. */
  readonly sync?: boolean;
  readonly packets?: number;
  /** Payload of each packet, bytes. */
  readonly size?: number;
  /** RTP timestamp; by default of the time. */
  readonly timestamp?: number;
}

export interface EncodingOptions {
  readonly rid: string | null;
  readonly ssrc: number;
  readonly width: number;
  readonly height: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
  readonly payloadType?: number;
  /** VP9 in this form; without it VP8. */
  readonly vp9?: Vp9Form;
}

/** Writes the payload of a packet of VP8 with all fields of RFC 7741 section 4.2; `start` begins the frame. */
export function vp8Payload(
  { key = false, temporalId = 0, sync = false, size = 60 }: EncodedPicture,
  start: boolean,
  pictureId: number,
  tl0: number,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const payload = new Uint8Array(Math.max(size, 20));
  const view = new DataView(payload.buffer);
  payload[0] = 0x80 | (start ? 0x10 : 0);
  payload[1] = 0xe0;
  view.setUint16(2, 0x8000 | pictureId);
  payload[4] = tl0;
  payload[5] = (temporalId << 6) | (sync ? 0x20 : 0);
  if (!start) return payload;
  payload[6] = key ? 0 : 1;
  payload.set([0x9d, 0x01, 0x2a], 9);
  view.setUint16(12, width, true);
  view.setUint16(14, height, true);
  return payload;
}

/** One encoding of a simulcast publisher: numbers packets and pictures as libvpx and libwebrtc do. */
export class EncodingSource {
  pictureId: number;
  tl0: number;
  sequence: number;

  constructor(readonly options: EncodingOptions) {
    this.sequence = options.firstSequence;
    this.pictureId = options.firstSequence % 0x8000;
    this.tl0 = options.ssrc & 0xff;
  }

  timestampAt(now: number): number {
    return (this.options.firstTimestamp + Math.round(now * 90)) % 2 ** 32;
  }

  picture(now: number, picture: EncodedPicture = {}): Uint8Array[] {
    const { packets = 2, temporalId = 0, timestamp = this.timestampAt(now) } = picture;
    this.pictureId = (this.pictureId + 1) & 0x7fff;
    if (temporalId === 0) this.tl0 = (this.tl0 + 1) & 0xff;
    return Array.from({ length: packets }, (_, index) => {
      const { pictureId, tl0, options } = this;
      const payload = options.vp9
        ? vp9Payload(picture, index === 0, pictureId, tl0, options, options.vp9)
        : vp8Payload(picture, index === 0, pictureId, tl0, options);
      this.sequence += 1;
      return ridPacket(this.options, this.sequence, timestamp, index === packets - 1, payload);
    });
  }
}

/** An encoding's packet as libwebrtc repeats it: RTX (RFC 4588) that names the encoding (RFC 8852), or does not. */
export function repairOf(
  original: Uint8Array,
  repaired: string | null,
  ssrc: number,
  sequence: number,
): Uint8Array {
  const { sequenceNumber, timestamp, marker, payloadOffset } = parsed(original);
  const osn = Uint8Array.of(sequenceNumber >> 8, sequenceNumber);
  const payload = Uint8Array.from([...osn, ...original.subarray(payloadOffset)]);
  const source = { rid: repaired, ssrc, payloadType: repairType };
  return ridPacket(source, sequence, timestamp, marker, payload, repairedId);
}

/** A packet with the RID in its header extension (RFC 8852), or without one. */
export function ridPacket(
  { rid, ssrc, payloadType = 96 }: Pick<EncodingOptions, 'rid' | 'ssrc' | 'payloadType'>,
  sequence: number,
  timestamp: number,
  marker: boolean,
  payload: Uint8Array,
  extensionId = ridId,
): Uint8Array {
  const memory = memoryOf(new Uint8Array(64 + payload.length));
  let length = writeRtpHeader(memory, 0, marker, payloadType, sequence, timestamp, ssrc, rid !== null);
  if (rid !== null) {
    const bytes = new TextEncoder().encode(rid);
    memory.u8.set(bytes, memory.u8.length - bytes.length);
    const writer = new ExtensionWriter();
    writer.begin(memory, length);
    writer.add(extensionId, memory.u8.length - bytes.length, bytes.length);
    length += writer.end();
  }
  memory.u8.set(payload, length);
  return memory.u8.slice(0, length + payload.length);
}
