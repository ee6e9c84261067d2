import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TranscodingSettings } from '../../../../src/egress/channel.js';
import type { TranscodeProfile } from '../../../../src/egress/transcode/transcode-profile.js';
import { Transcodes } from '../../../../src/egress/transcode/transcodes.js';
import { FfmpegPool, findFfmpeg } from '../../../../src/ffmpeg/index.js';
import { createLogger } from '../../../../src/kit/index.js';
import type { MediaFrame } from '../../../../src/media/index.js';
import { isKeyFrame, videoConfig } from '../../../../src/rtp/index.js';
import { FakeSource, vp8Frames } from './source.js';

const start = 5000;
const seconds = 3;

describe('frames that ffmpeg has made', { timeout: 60_000 }, () => {
  let pool: FfmpegPool;
  let settings: TranscodingSettings;
  let pictures: MediaFrame[];

  beforeAll(async () => {
    const { abilities } = await findFfmpeg('ffmpeg');
    if (!abilities) throw new Error('no ffmpeg');
    const limits = { maxProcesses: 4, maxSoundProcesses: 4, maxMemory: 1 << 30, nice: 0, threads: 1 };
    settings = {
      ...limits,
      ffmpeg: abilities,
      preset: 'ultrafast',
      snapshotsAtOnce: 1,
      snapshotTimeout: 1000,
    };
    const log = createLogger({ level: 'fatal' });
    pool = new FfmpegPool({ ffmpeg: abilities, size: 8, maxMemory: 1 << 30, nice: 0, log });
    pictures = vp8Frames(seconds, '320x180', start);
  }, 60_000);

  afterAll(() => pool.close());

  /** What comes of the source until `count` frames have. */
  async function transcode(profile: TranscodeProfile, source: MediaFrame[], count: number) {
    const transcodes = new Transcodes(pool, settings, () => performance.now());
    const stream = new FakeSource();
    const made: MediaFrame[] = [];
    let enough = () => {};
    const done = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const use = transcodes.use(stream, profile, (frame) => {
      made.push(frame);
      if (made.length === count) enough();
    });
    for (const frame of source) stream.give(frame);
    await done;
    const { configuration } = use;
    use.release();
    expect(transcodes.size).toBe(0);
    return { made, configuration };
  }

  const video = { kind: 'video', width: 160, height: 0, bitrate: 200, keyFrameInterval: 1 } as const;

  for (const codec of ['H264', 'VP8'] as const) {
    it(`are pictures of ${codec} with the times that they had, the first of each second to begin with`, async () => {
      const { made } = await transcode({ ...video, codec }, pictures, 89);
      expect(made.map(({ time }) => time)).toEqual(
        pictures.slice(0, made.length).map(({ time }) => expect.closeTo(time, -0.1)),
      );
      expect(made.flatMap(({ key }, place) => (key ? [place] : []))).toEqual([0, 30, 60]);
      for (const { key, data, kind, timestamp, time } of made) {
        expect(isKeyFrame(codec, data)).toBe(key);
        expect({ kind, timestamp }).toEqual({ kind: 'video', timestamp: Math.round(time * 90) });
      }
      expect(videoConfig(codec, made[0]!.data)).toMatchObject({ width: 160, height: 90 });
    });
  }

  it('stand upright where the publisher has not turned them', async () => {
    const turned = pictures.map((picture) => ({ ...picture, rotation: 270 as const }));
    const { made } = await transcode({ ...video, codec: 'H264' }, turned, 30);
    expect(videoConfig('H264', made[0]!.data)).toMatchObject({ width: 160, height: 284 });
  });

  it('are pictures of MPEG-1, 25 a second', async () => {
    const { made } = await transcode({ ...video, codec: 'MPEG1' }, pictures, 70);
    expect(made.map(({ time }) => time)).toEqual(made.map((_, place) => start + 40 * place));
    expect(made[0]).toMatchObject({ key: true, kind: 'video' });
    expect(Buffer.from(made[0]!.data).readUInt32BE(0)).toBe(0x1b3);
  });

  /** Packets of 20 ms of µ-law: a tone that begins after a second of silence. */
  function sound(from: number): MediaFrame[] {
    return Array.from({ length: 150 }, (_, packet) => ({
      kind: 'audio' as const,
      key: true,
      time: from + 20 * packet,
      timestamp: 160 * packet,
      data: Uint8Array.from({ length: 160 }, (_, at) => (packet < 50 || at % 8 < 4 ? 0xff : 0x8f)),
      discontinuity: false,
    }));
  }

  it('are µ-law sound in packets of 20 ms, in time', async () => {
    const { made } = await transcode({ kind: 'audio', codec: 'PCMU' }, sound(start), 140);
    expect(made.map(({ time }) => time)).toEqual(made.map((_, place) => start + 20 * place));
    expect(made.every(({ data }) => data.length === 160)).toBe(true);
    const loud = made.filter(({ data }) => data.some((byte) => byte === 0x8f || byte === 0x90));
    expect(Math.abs(loud[0]!.time - (start + 1000))).toBeLessThanOrEqual(20);
  });

  it('are AAC sound whose configuration is known with the first, times those of the first sample', async () => {
    const { made, configuration } = await transcode({ kind: 'audio', codec: 'AAC' }, sound(start), 130);
    // AAC-LC, 48 kHz, one channel (ISO/IEC 14496-3 section 1.6.2.1).
    expect(Buffer.from(configuration!.subarray(0, 2)).toString('hex')).toBe('1188');
    for (const [place, { time }] of made.entries()) {
      expect(Math.abs(time - (start + ((place - 1) * 1024) / 48))).toBeLessThan(1.5);
    }
  });
});
