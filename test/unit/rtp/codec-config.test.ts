import { describe, expect, it } from 'vitest';
import {
  avcDecoderConfiguration,
  depacketizer,
  h264ParameterSets,
  isKeyFrame,
  opusHead,
  videoConfig,
} from '../../../src/rtp/index.js';
import { adding, encodedFrames, encodedRecord } from './encoded.js';
import { hex, random } from './support.js';

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const plain = (text: string) => text.replace(/\s/g, '');
const codecs = ['H264', 'VP8', 'VP9', 'AV1'];
const withLengths = (...units: Uint8Array[]) =>
  Uint8Array.from(units.flatMap((unit) => [0, 0, unit.length >> 8, unit.length & 0xff, ...unit]));

describe.each(codecs)('key frames of %s', (codec) => {
  const frames = encodedFrames(codec);

  it('are told from others', () => {
    expect(frames.map((frame) => isKeyFrame(codec, frame))).toEqual([true, false, false, true]);
    expect(isKeyFrame(codec.toLowerCase(), frames[0]!)).toBe(true);
    expect(isKeyFrame(codec, new Uint8Array(0))).toBe(false);
  });

  it('have the size that was encoded', () => {
    for (const index of [0, 3]) {
      expect(videoConfig(codec, frames[index]!)).toMatchObject({ width: 96, height: 64 });
    }
  });

  it('may be cut anywhere', () => {
    const frame = frames[0]!;
    let whole = 0;
    for (let length = 0; length < frame.length; length++) {
      const part = frame.slice(0, length);
      const config = videoConfig(codec, part);
      if (config) expect([config.width, config.height]).toEqual([96, 64]);
      if (isKeyFrame(codec, part) && config) whole++;
    }
    // Of H264 and AV1 the lengths tell that something is missing.
    expect(whole > 0).toBe(codec === 'VP8' || codec === 'VP9');
  });

  it('may be hostile', () => {
    const next = random(24);
    for (let round = 0; round < 4000; round++) {
      const frame = frames[round % 4]!.slice();
      for (let change = 0; change < 4; change++) {
        frame[Math.floor(next() ** 3 * Math.min(frame.length, 64))] = Math.floor(next() * 256);
      }
      const config = videoConfig(codec, frame);
      if (config) expect(config.width > 0 && config.height > 0).toBe(true);
      isKeyFrame(codec, frame);
    }
  });
});

describe('H.264', () => {
  const frame = encodedFrames('H264')[0]!;
  const sets = h264ParameterSets(frame)!;

  it('gives the record that ffmpeg writes into MP4', () => {
    expect(videoConfig('H264', frame)).toEqual({
      codec: 'avc1.64000a',
      width: 96,
      height: 64,
      description: encodedRecord('H264'),
    });
  });

  it('gives one that ends behind the parameter sets, for players that take no other', () => {
    const record = encodedRecord('H264');
    expect(avcDecoderConfiguration(sets, false)).toEqual(record.slice(0, record.length - 4));
    expect(toHex(record.slice(-4))).toBe('fdf8f800');
    const baseline = {
      sps: [hex('6742c01eda0280f6c044000003000400000300f03c58ba80')],
      pps: [hex('68ce0fc8')],
    };
    const expected = '0142c01eff e1 0018 6742c01eda0280f6c044000003000400000300f03c58ba80 01 0004 68ce0fc8';
    expect(toHex(avcDecoderConfiguration(baseline, true))).toBe(plain(expected));
  });

  it('tells chroma format and depths of the High profiles', () => {
    // 4:4:4 Predictive of libx264, 8 bits.
    const sps = hex('67f4000d919b282a10f1f1f808800000030080000019078a14cb');
    expect(toHex(avcDecoderConfiguration({ sps: [sps], pps: [hex('68ef8f')] }, true).slice(-4))).toBe(
      'fff8f800',
    );
    // High 10: profile 110, level 30, id 0, 4:2:0, 10 bits, 640x480.
    const deep = hex('676e001ea6ca0280f640');
    expect(toHex(avcDecoderConfiguration({ sps: [deep], pps: [hex('68ef8f')] }, true).slice(-4))).toBe(
      'fdfafa00',
    );
  });

  it('has each parameter set once', () => {
    const [sps, pps] = [sets.sps[0]!, sets.pps[0]!];
    const other = Uint8Array.from([...pps, 0x80]);
    const idr = hex('6588');
    expect(h264ParameterSets(withLengths(sps, pps, sps, other, pps, idr))).toEqual({
      sps: [sps],
      pps: [pps, other],
    });
    expect(h264ParameterSets(withLengths(sps, idr))).toBeNull();
    expect(h264ParameterSets(withLengths(pps, idr))).toBeNull();
    expect(h264ParameterSets(withLengths(hex('6742c0'), pps))).toBeNull();
  });

  it('has no more of them than a record holds', () => {
    const numbered = (header: number, count: number) =>
      Array.from({ length: count }, (_value, index) => Uint8Array.from([header, 66, 0, 30, index]));
    expect(h264ParameterSets(withLengths(...numbered(0x67, 31), ...numbered(0x68, 255)))).not.toBeNull();
    expect(h264ParameterSets(withLengths(...numbered(0x67, 32), ...numbered(0x68, 1)))).toBeNull();
    expect(h264ParameterSets(withLengths(...numbered(0x67, 1), ...numbered(0x68, 256)))).toBeNull();
    expect(h264ParameterSets(withLengths(new Uint8Array(0xffff).fill(0x67), hex('68ce')))).not.toBeNull();
    const tooLong = Uint8Array.from([
      0,
      1,
      0,
      0,
      ...new Uint8Array(0x10000).fill(0x67),
      ...withLengths(hex('68ce')),
    ]);
    expect(h264ParameterSets(tooLong)).toBeNull();
  });

  it('begins with an IDR picture that has its parameter sets', () => {
    const [sps, pps] = [sets.sps[0]!, sets.pps[0]!];
    const key = (...units: Uint8Array[]) => isKeyFrame('H264', withLengths(...units));
    expect(key(hex('09f0'), sps, pps, hex('0605'), hex('6588'), hex('6588'))).toBe(true);
    expect(key(hex('6588'))).toBe(false);
    expect(key(sps, hex('6588'))).toBe(false);
    expect(key(pps, hex('6588'))).toBe(false);
    expect(key(hex('6588'), sps, pps)).toBe(false);
    expect(key(sps, pps, hex('419a'))).toBe(false);
    expect(key(sps, pps, hex('6588'), hex('419a'))).toBe(false);
  });
});

describe('VP8 and VP9', () => {
  it('have a codec string, and no record', () => {
    expect(videoConfig('VP8', encodedFrames('VP8')[0]!)).toMatchObject({ codec: 'vp8', description: null });
    expect(videoConfig('VP9', encodedFrames('VP9')[0]!)).toMatchObject({
      codec: 'vp09.00.10.08',
      description: null,
    });
    expect(videoConfig('VP8', encodedFrames('VP8')[1]!)).toBeNull();
    expect(videoConfig('VP9', encodedFrames('VP9')[1]!)).toBeNull();
  });

  it('VP9 of profile 2 tells its depth', () => {
    expect(videoConfig('VP9', hex('924983420002f801fb011c120e0c2c00'))).toMatchObject({
      codec: 'vp09.02.10.10',
      width: 96,
      height: 64,
    });
  });

  it('of several layers have the size of the highest', () => {
    // As Chromium sends two layers, 320x180 and 640x360.
    const assembler = depacketizer('VP9')!;
    adding(assembler, hex('bcdfff10 834983420013f00b3813f80b3858e0907063980008805f7f87b17e'));
    adding(assembler, hex('bddfff13 8702020004fe02ceb0d1c120e0c650000fc07f91e3d0b13db3ff1b'));
    const picture = assembler.finish()!;
    expect(isKeyFrame('VP9', picture)).toBe(true);
    expect(videoConfig('VP9', picture)).toMatchObject({ codec: 'vp09.00.21.08', width: 640, height: 360 });
    const broken = picture.slice();
    broken[broken.length - 5] = 0xff;
    expect(videoConfig('VP9', broken)).toMatchObject({ width: 320, height: 180 });
  });

  it.each([
    [1280, 720, '31'],
    [1920, 1080, '40'],
    [3840, 2160, '50'],
    [7680, 4320, '60'],
  ])('VP9 of %i x %i is of the lowest level that has it', (width, height, level) => {
    const field = (value: number) => (value - 1).toString(2).padStart(16, '0');
    // Marker, profile 0, key frame, shown; sync code; BT.601, studio swing; size.
    const text = `10000010${(0x498342).toString(2).padStart(24, '0')}0010${field(width)}${field(height)}`;
    const frame = Uint8Array.from(
      text
        .padEnd(80, '0')
        .match(/.{8}/g)!
        .map((byte) => Number.parseInt(byte, 2)),
    );
    expect(videoConfig('VP9', frame)).toMatchObject({ codec: `vp09.00.${level}.08`, width, height });
  });
});

describe('AV1', () => {
  const frame = encodedFrames('AV1')[0]!;

  it('gives the record that ffmpeg writes into MP4', () => {
    expect(videoConfig('AV1', frame)).toEqual({
      codec: 'av01.0.00M.08',
      width: 96,
      height: 64,
      description: encodedRecord('AV1'),
    });
    expect(videoConfig('AV1', encodedFrames('AV1')[1]!)).toBeNull();
  });

  it.each([
    ['4:4:4', 'av01.1.00M.08', '81200000', '0a0a200000032dffcdaf9020'],
    ['10 bits', 'av01.0.00M.10', '81004c00', '0a0a000000032dffcdaf9404'],
    ['4:2:2 of 10 bits', 'av01.2.00M.10', '81404800', '0a0a400000032dffcdaf9408'],
    ['4:4:4 of 12 bits', 'av01.2.00M.12', '81406000', '0a0a400000032dffcdaf9604'],
    ['monochrome', 'av01.0.00M.08', '81001c00', '0a0a000000032dffcdaf92a0'],
  ])('tells how samples are coded: %s, as ffmpeg does for libaom', (_what, codec, record, header) => {
    const config = videoConfig('AV1', hex(`${header} 3201 10`))!;
    expect(config.codec).toBe(codec);
    expect(toHex(config.description!)).toBe(record + header);
  });

  it('begins with a sequence header and a key frame that is shown', () => {
    const header = frame.slice(0, 12);
    const key = (text: string) => isKeyFrame('AV1', Uint8Array.from([...header, ...hex(text)]));
    expect(key('3201 10')).toBe(true);
    expect(key('1a01 10')).toBe(true);
    expect(key('3201 00')).toBe(false);
    expect(key('3201 30')).toBe(false);
    expect(key('3201 90')).toBe(false);
    expect(key('3200')).toBe(false);
    expect(key('')).toBe(false);
    expect(isKeyFrame('AV1', hex('3201 10'))).toBe(false);
  });
});

describe('sound', () => {
  it('can be begun with anywhere, and has no picture', () => {
    expect(isKeyFrame('opus', hex('fc'))).toBe(true);
    expect(videoConfig('opus', hex('fc'))).toBeNull();
  });

  it('of Opus has the header of RFC 7845', () => {
    expect(toHex(opusHead(1, 0x138))).toBe(plain('4f70757348656164 01 01 3801 80bb0000 0000 00'));
    expect(toHex(opusHead(2))).toBe(plain('4f70757348656164 01 02 0000 80bb0000 0000 00'));
  });
});
