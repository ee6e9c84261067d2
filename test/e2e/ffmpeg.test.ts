import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aacArguments,
  FfmpegPool,
  findFfmpeg,
  h264Arguments,
  mpeg1Arguments,
  muLawArguments,
  pngArguments,
  usefulEncoders,
  type VideoTarget,
  vp8Arguments,
} from '../../src/ffmpeg/index.js';
import { createLogger } from '../../src/kit/index.js';
import {
  type EncodedTrack,
  ffmpegOutput,
  flvPictures,
  flvTags,
  h264Track,
  ivfPictures,
  matroskaChunks,
  muLawTrack,
} from '../support/ffmpeg-media.js';

const limits = { timeLimit: 50_000, maxOutput: 1 << 26 };
const log = createLogger({ level: 'error' });
/** Where the times of the input begin, ms: not at 0, as in a stream that has been running. */
const shift = 5000;

describe('the real ffmpeg', () => {
  let pool: FfmpegPool;
  let pictures: EncodedTrack;
  let sound: EncodedTrack;

  beforeAll(async () => {
    const { abilities } = await findFfmpeg('ffmpeg');
    expect(abilities?.encoders).toEqual(new Set(usefulEncoders));
    if (!abilities) throw new Error('no ffmpeg');
    pool = new FfmpegPool({ ffmpeg: abilities, size: 1, maxMemory: 1 << 28, nice: 5, log });
    pictures = h264Track('testsrc2=s=320x240:r=30:d=3', 320, 240);
    sound = muLawTrack(2);
  });

  afterAll(() => pool.close());

  async function output(args: string[], track: EncodedTrack, from: number): Promise<Buffer> {
    const result = await pool.run('test', args, matroskaChunks(track, from), limits);
    if (!result?.output) throw new Error(result?.reason ?? 'no room');
    return result.output;
  }

  const target: VideoTarget = {
    size: { width: 160, height: 90 },
    bitrate: 200,
    frameRate: 30,
    keyFrameInterval: 1,
    threads: 2,
    preset: 'veryfast',
  };
  const times = () => pictures.frames.map(({ time }) => time + shift);
  /** Those that a second begins with, for a key frame each second. */
  const keyTimes = [5000, 6000, 7000];

  it('makes H.264 of constrained baseline whose frames have the times of the source', async () => {
    const file = await output(h264Arguments(target), pictures, shift);
    const out = flvPictures(file);
    expect(out.map(({ time }) => time)).toEqual(times());
    expect(out.filter(({ key }) => key).map(({ time }) => time)).toEqual(keyTimes);
    const configuration = flvTags(file).find(({ type, data }) => type === 9 && data[1] === 0);
    expect(configuration?.data.subarray(5, 8).toString('hex')).toMatch(/^0142c0$/);
    expect(sizeOf(file, 'flv')).toEqual(target.size);
    // 3 s of 200 kbit/s, and the key frame that it begins with.
    expect(file.length).toBeLessThan(1.3 * 75_000);
  });

  it('makes VP8 whose frames have the times of the source', async () => {
    const file = await output(vp8Arguments(target), pictures, shift);
    const out = ivfPictures(file);
    expect(file.toString('latin1', 8, 12)).toBe('VP80');
    expect(out.map(({ time }) => time)).toEqual(times());
    expect(out.filter(({ key }) => key).map(({ time }) => time)).toEqual(keyTimes);
    expect(sizeOf(file, 'ivf')).toEqual(target.size);
  });

  it('leaves pictures out where there are to be fewer', async () => {
    const file = await output(h264Arguments({ ...target, maxFrameRate: 15 }), pictures, shift);
    expect(flvPictures(file).map(({ time }) => time)).toEqual(times().filter((_, index) => index % 2 === 0));
  });

  it('makes AAC of 48 kHz that lasts as long as the source, gaps filled with silence', async () => {
    const gap = { ...sound, frames: sound.frames.filter((_, index) => index < 30 || index >= 60) };
    const file = await output(aacArguments({ bitrate: 96, channels: 2 }), gap, shift);
    const tags = flvTags(file).filter(({ type }) => type === 8);
    expect(tags[0]?.data.toString('hex', 0, 4)).toBe('af001190');
    const frames = tags.filter(({ data }) => data[1] === 1);
    // The encoder's delay is one frame of 1024 samples: 21.3 ms.
    const expected = frames.map((_, index) => shift - 21 + (index * 1024) / 48);
    for (const [index, { time }] of frames.entries())
      expect(Math.abs(time - (expected[index] as number))).toBeLessThan(2);
    expect(frames.at(-1)?.time).toBeGreaterThan(shift + 2000 - 45);
    expect(frames.at(-1)?.time).toBeLessThan(shift + 2000 + 22);
  });

  it('makes µ-law of which sample n is of n / 8 ms, gaps filled with silence', async () => {
    const gap = { ...sound, frames: sound.frames.filter((_, index) => index < 30 || index >= 60) };
    const samples = await output(muLawArguments(), gap, 40);
    expect(samples.length).toBe((40 + 2000) * 8);
    const quiet = (from: number, to: number) =>
      samples.subarray(from * 8, to * 8).every((byte) => (byte & 0x7f) >= 0x7e);
    expect(quiet(0, 40)).toBe(true);
    expect(quiet(40, 60)).toBe(false);
    expect(quiet(645, 1235)).toBe(true);
    expect(quiet(1240, 1260)).toBe(false);
  });

  it('makes MPEG-1 of which picture n is of n × 40 ms, a key frame at least each second', async () => {
    const twoTone = h264Track(
      'color=black:s=160x120:r=30:d=2,format=yuv420p,negate=enable=gte(t\\,1.19)',
      160,
      120,
    );
    const size = { width: 160, height: 120 };
    const stream = await output(mpeg1Arguments({ size, bitrate: 300, group: 25, threads: 1 }), twoTone, 400);
    const types: number[] = [];
    for (let at = stream.indexOf(pictureStart); at >= 0; at = stream.indexOf(pictureStart, at + 4))
      types.push((stream.readUInt8(at + 5) >> 3) & 7);
    expect(types).toEqual(Array.from({ length: 60 }, (_, index) => (index % 25 === 0 ? 1 : 2)));
    const brightness = ffmpegOutput(
      [...'-f mpegvideo -i pipe:0 -vf scale=1:1,format=gray -fps_mode passthrough -f rawvideo'.split(' ')],
      stream,
    );
    expect(brightness).toHaveLength(60);
    expect([...brightness].findIndex((level) => level > 128)).toBe(40);
  });

  it('makes a PNG file of one key frame', async () => {
    const one = { ...pictures, frames: pictures.frames.slice(0, 1) };
    const file = await output(pngArguments(), one, shift);
    expect(file.toString('latin1', 1, 4)).toBe('PNG');
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([320, 240]);
    const turned = await output(pngArguments(90), one, shift);
    expect([turned.readUInt32BE(16), turned.readUInt32BE(20)]).toEqual([240, 320]);
  });

  it.each([
    ['nothing', []],
    ['what is no Matroska', [Buffer.alloc(100_000, 0x55)]],
  ])('fails in time when it is given %s', async (_, input) => {
    const quiet = { ffmpeg: { path: 'ffmpeg', leash: { diesWithParent: false, limitsMemory: false } } };
    const silent = createLogger({ level: 'silent' });
    const other = new FfmpegPool({ ...quiet, size: 1, maxMemory: 1 << 30, nice: 5, log: silent });
    const result = await other.run('test', pngArguments(), input, limits);
    expect(result).toMatchObject({ output: null, reason: expect.stringMatching(/Invalid data|exit code/) });
  });

  it('comes no further than its memory', async () => {
    const { abilities } = await findFfmpeg('ffmpeg');
    if (!abilities?.leash.limitsMemory) return;
    const silent = createLogger({ level: 'silent' });
    const tight = new FfmpegPool({ ffmpeg: abilities, size: 1, maxMemory: 1 << 24, nice: 5, log: silent });
    const large = { ...target, size: { width: 4096, height: 4096 } };
    const result = await tight.run('test', h264Arguments(large), matroskaChunks(pictures), limits);
    expect(result?.output).toBeNull();
  });
});

const pictureStart = Buffer.from([0, 0, 1, 0]);

/** The size of the pictures in a file: the first, decoded to PNG. */
function sizeOf(file: Buffer, format: string): { width: number; height: number } {
  const png = ffmpegOutput(
    ['-f', format, '-i', 'pipe:0', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe'],
    file,
  );
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
