import { FlvReader, IvfReader, Mpeg1Splitter } from '../../containers/index.js';
import { mpeg1FrameRate } from '../../ffmpeg/index.js';
import { isKeyFrame, parameterSetsIn } from '../../rtp/index.js';
import type { TranscodeProfile } from './transcode-profile.js';

/** A frame that ffmpeg has made. */
export interface EncodedFrame {
  readonly key: boolean;
  /** Since the first that went in, ms. */
  readonly time: number;
  readonly data: Uint8Array;
}

/** Reads what one ffmpeg writes. */
export interface EncodedOutput {
  /** Of the sound, once it has come: AudioSpecificConfig; null without one. */
  readonly configuration: Uint8Array | null;
  /** @returns the frames that are whole now; null when it is not what it should be */
  push(chunk: Uint8Array): EncodedFrame[] | null;
}

/** Bytes of a frame at most. */
const largestFrame = 4 << 20;
/** Samples, and bytes, of µ-law in a frame, and how long they are in ms. */
const muLawFrame = 160;
const muLawTime = 20;

/** A reader for what comes out in a profile's form. */
export function encodedOutput({ codec }: TranscodeProfile): EncodedOutput {
  switch (codec) {
    case 'H264':
      return new H264Output();
    case 'VP8':
      return new Vp8Output();
    case 'MPEG1':
      return new Mpeg1Output();
    case 'PCMU':
      return new MuLawOutput();
    default:
      return new AacOutput();
  }
}

/** Access units, with parameter sets in front of each key frame: FLV has them apart. */
class H264Output implements EncodedOutput {
  readonly configuration = null;
  private readonly flv = new FlvReader(largestFrame);
  private parameterSets: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): EncodedFrame[] | null {
    const tags = this.flv.push(chunk);
    if (!tags) return null;
    const frames: EncodedFrame[] = [];
    for (const { kind, config, key, time, data } of tags) {
      if (kind !== 'video') return null;
      if (config) this.parameterSets = parameterSetsIn(data);
      else frames.push({ key, time, data: key ? Buffer.concat([this.parameterSets, data]) : data });
    }
    return frames;
  }
}

class AacOutput implements EncodedOutput {
  configuration: Uint8Array | null = null;
  private readonly flv = new FlvReader(largestFrame);

  push(chunk: Uint8Array): EncodedFrame[] | null {
    const tags = this.flv.push(chunk);
    if (!tags) return null;
    const frames: EncodedFrame[] = [];
    for (const { kind, config, time, data } of tags) {
      if (kind !== 'audio') return null;
      if (config) this.configuration = data;
      else frames.push({ key: true, time, data });
    }
    return frames;
  }
}

class Vp8Output implements EncodedOutput {
  readonly configuration = null;
  private readonly ivf = new IvfReader(largestFrame);

  push(chunk: Uint8Array): EncodedFrame[] | null {
    const frames = this.ivf.push(chunk);
    return frames?.map(({ time, data }) => ({ key: isKeyFrame('VP8', data), time, data })) ?? null;
  }
}

/** Pictures have no times: they are of a fixed rate. */
class Mpeg1Output implements EncodedOutput {
  readonly configuration = null;
  private readonly pictures = new Mpeg1Splitter(largestFrame);
  private count = 0;

  push(chunk: Uint8Array): EncodedFrame[] | null {
    const pictures = this.pictures.push(chunk);
    if (!pictures) return null;
    return pictures.map(({ key, data }) => ({ key, time: (this.count++ * 1000) / mpeg1FrameRate, data }));
  }
}

/** Bare samples, cut into pieces of the length that RTP usually has. */
class MuLawOutput implements EncodedOutput {
  readonly configuration = null;
  private rest = Buffer.alloc(0);
  private count = 0;

  push(chunk: Uint8Array): EncodedFrame[] {
    const bytes = Buffer.concat([this.rest, chunk]);
    const frames: EncodedFrame[] = [];
    let at = 0;
    for (; at + muLawFrame <= bytes.length; at += muLawFrame) {
      frames.push({ key: true, time: this.count++ * muLawTime, data: bytes.subarray(at, at + muLawFrame) });
    }
    this.rest = bytes.subarray(at);
    return frames;
  }
}
