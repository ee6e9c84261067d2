import type { TrackDescription } from '../../../../src/media/index.js';
import { sps } from '../../rtp/sps-writer.js';
import { random } from '../../rtp/support.js';
import { audio, rtpPacket, video, withRed } from './packets.js';

/** A frame as its encoder made it, and as RTP carries it. */
export interface EncodedFrame {
  readonly key: boolean;
  readonly payloads: readonly Uint8Array[];
  /** What is to come out again. */
  readonly data: Uint8Array;
}

export interface TestCodec {
  readonly description: TrackDescription;
  /** Ticks of its clock from one frame to the next. */
  readonly step: number;
  readonly make: (ordinal: number, key: boolean, next: () => number) => EncodedFrame;
}

const parameterSet = sps({ columns: 40, rows: 23, crop: [0, 0, 0, 4] }).nal();

function bytes(size: number, next: () => number): Uint8Array {
  return Uint8Array.from({ length: size }, () => next() * 256);
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function size4({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length);
}

/** In 1 to 4 pieces, none empty. */
function pieces(whole: Uint8Array, next: () => number): Uint8Array[] {
  const size = Math.ceil(whole.length / (1 + Math.floor(next() * 4)));
  const count = Math.ceil(whole.length / size);
  return Array.from({ length: count }, (_, at) => whole.subarray(at * size, (at + 1) * size));
}

/** Single units and one in fragments (RFC 6184 sections 5.6 and 5.8): the ends of frames show nowhere but in the marker. */
function h264(_ordinal: number, key: boolean, next: () => number): EncodedFrame {
  const picture = joined([0x68, 1, 2, 3]);
  const slices = [1, 2].map(() => joined([key ? 0x65 : 0x41], bytes(40 + next() * 400, next)));
  const units = key ? [parameterSet, picture, ...slices] : slices;
  const payloads = units.flatMap((unit) => {
    if (unit.length < 200) return [unit];
    const header = unit[0] as number;
    const parts = pieces(unit.subarray(1), next);
    return parts.map((part, at) => {
      const flags = (at === 0 ? 0x80 : 0) | (at === parts.length - 1 ? 0x40 : 0);
      return joined([(header & 0xe0) | 28, flags | (header & 0x1f)], part);
    });
  });
  return { key, payloads, data: joined(...units.flatMap((unit) => [size4(unit), unit])) };
}

/** RFC 7741 section 4.2, with a picture id of 15 bits. */
function vp8(ordinal: number, key: boolean, next: () => number): EncodedFrame {
  const head = key ? [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00] : [0x11, 0, 0];
  const data = joined(head, bytes(100 + next() * 400, next));
  const payloads = pieces(data, next).map((part, at) =>
    joined([at === 0 ? 0x90 : 0x80, 0x80, 0x80 | ((ordinal >> 8) & 0x7f), ordinal & 0xff], part),
  );
  return { key, payloads, data };
}

/** RFC 9628 section 4.2: flexible mode, one layer. */
function vp9(ordinal: number, key: boolean, next: () => number): EncodedFrame {
  const head = key ? [0x82, 0x49, 0x83, 0x42, 0x00, 0x27, 0xf0, 0x16, 0x76] : [0x86, 0, 0x40, 0x92];
  const data = joined(head, bytes(100 + next() * 400, next));
  const parts = pieces(data, next);
  const payloads = parts.map((part, at) => {
    const flags = 0x90 | (key ? 0 : 0x40) | (at === 0 ? 0x08 : 0) | (at === parts.length - 1 ? 0x04 : 0);
    const references = key ? [] : [1 << 1];
    return joined([flags, 0x80 | ((ordinal >> 8) & 0x7f), ordinal & 0xff, ...references], part);
  });
  return { key, payloads, data };
}

const sequenceHeader = Uint8Array.of(0x08, 0x00, 0x00, 0x00, 0x42, 0xa7, 0xbf, 0xe6, 0x2e, 0xff, 0xc8, 0x42);

function leb128(value: number): number[] {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}

/** RTP Payload Format For AV1 section 4.4: a sequence header in front of key frames, and one OBU in fragments. */
function av1(_ordinal: number, key: boolean, next: () => number): EncodedFrame {
  const frame = bytes(100 + next() * 400, next);
  const parts = pieces(joined([0x30], frame), next);
  const payloads = parts.map((part, at) => {
    const flags = (at === 0 ? 0 : 0x80) | (at === parts.length - 1 ? 0 : 0x40);
    if (!key || at > 0) return joined([flags | 0x10], part);
    return joined([flags | 0x28, sequenceHeader.length], sequenceHeader, part);
  });
  const sized = joined([0x0a, sequenceHeader.length - 1], sequenceHeader.subarray(1));
  return { key, payloads, data: joined(key ? sized : [], [0x32, ...leb128(frame.length)], frame) };
}

function opus(_ordinal: number, _key: boolean, next: () => number): EncodedFrame {
  const data = bytes(1 + next() * 120, next);
  return { key: true, payloads: [data], data };
}

/** RFC 2198: behind the packets before, what is new. */
function redOpus(): TestCodec['make'] {
  let before = new Uint8Array(0);
  return (_ordinal, _key, next) => {
    const data = bytes(1 + next() * 120, next);
    const header = [0x80 | 111, (960 >> 6) & 0xff, ((960 & 0x3f) << 2) | (before.length >> 8), before.length];
    const payload = joined(before.length > 0 ? header : [], [111], before, data);
    before = new Uint8Array(data);
    return { key: true, payloads: [payload], data };
  };
}

const named = (name: string): TrackDescription => ({ ...video, codec: { ...video.codec, name } });

export const testCodecs: Record<string, () => TestCodec> = {
  H264: () => ({ description: named('H264'), step: 3000, make: h264 }),
  VP8: () => ({ description: named('VP8'), step: 3000, make: vp8 }),
  VP9: () => ({ description: named('VP9'), step: 3000, make: vp9 }),
  AV1: () => ({ description: named('AV1'), step: 3000, make: av1 }),
  opus: () => ({ description: audio, step: 960, make: opus }),
  'opus with redundancy': () => ({ description: withRed(audio), step: 960, make: redOpus() }),
};

/** Makes a track's frames and packets, and keeps them. */
export class FrameSource {
  readonly frames: EncodedFrame[] = [];
  readonly packets: Uint8Array[] = [];
  private readonly next: () => number;

  constructor(
    readonly codec: TestCodec,
    seed: number,
    readonly ssrc = 0xabcd_0001,
    readonly firstSequence = 65_500,
    readonly firstTimestamp = 2 ** 32 - 30_000,
  ) {
    this.next = random(seed);
  }

  timestampOf(ordinal: number): number {
    return (this.firstTimestamp + ordinal * this.codec.step) % 2 ** 32;
  }

  /** The packets of the next frame. */
  frame(key: boolean): Uint8Array[] {
    const { description, make } = this.codec;
    const ordinal = this.frames.length;
    const frame = make(ordinal, key, this.next);
    this.frames.push(frame);
    const isVideo = description.kind === 'video';
    return frame.payloads.map((payload, at) => {
      const packet = rtpPacket({
        payload,
        payloadType: description.redPayloadType ?? description.codec.payloadType,
        ssrc: this.ssrc,
        sequence: this.firstSequence + this.packets.length,
        timestamp: this.timestampOf(ordinal),
        marker: isVideo && at === frame.payloads.length - 1,
      });
      this.packets.push(packet);
      return packet;
    });
  }

  /** The packet with this 16-bit number. */
  again(sequenceNumber: number): Uint8Array | undefined {
    return this.packets[(sequenceNumber - this.firstSequence) & 0xffff];
  }

  /** Which frame has this timestamp, unwrapped or not. */
  ordinalOf(timestamp: number): number {
    return ((timestamp - this.firstTimestamp) | 0) / this.codec.step;
  }
}
