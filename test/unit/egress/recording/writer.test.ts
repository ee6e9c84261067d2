import { expect, test } from 'vitest';
import type { AudioCodec, RecordingTrack, VideoCodec } from '../../../../src/containers/index.js';
import { RecordingWriter } from '../../../../src/egress/recording/index.js';
import type { MediaFrame } from '../../../../src/media/index.js';
import {
  audioTrack,
  configsOf,
  inOrder,
  loadFrames,
  sound,
  video,
} from '../../../support/recording/frames.js';
import { MemoryDisk } from '../../../support/recording/memory-disk.js';
import { readBack, written } from './read-back.js';

const h264 = loadFrames('h264-160x120');
const wide = loadFrames('h264-240x160');
const vp8 = loadFrames('vp8-160x120');
const vp9 = loadFrames('vp9-160x120');
const av1 = loadFrames('av1-160x120');
const readConfig = configsOf(h264, wide, vp8, vp9, av1);
const fixtures = { H264: h264, VP8: vp8, VP9: vp9, AV1: av1 };
const videoTrack = (codec: VideoCodec): RecordingTrack => ({ kind: 'video', codec });
const both = (codec: VideoCodec, audio: AudioCodec = 'opus') => [videoTrack(codec), audioTrack(audio)];
const times = (frames: readonly { time: number }[]) => frames.map(({ time }) => time);

/** Same frames, times within a tick of the container: a sample of sound in MP4, half a ms in Matroska. */
function expectSame(
  packets: readonly { time: number; key: boolean; data: Uint8Array }[],
  frames: readonly MediaFrame[],
  start: number,
): void {
  expect(packets.map(({ data }) => Buffer.from(data).toString('base64'))).toEqual(
    frames.map(({ data }) => Buffer.from(data).toString('base64')),
  );
  expect(packets.map(({ key }) => key)).toEqual(frames.map(({ key }) => key));
  packets.forEach(({ time }, i) => {
    expect(Math.abs(time - (frames[i]!.time - start))).toBeLessThanOrEqual(0.51);
  });
}

const combinations = (['H264', 'VP8', 'VP9', 'AV1'] as const).flatMap((codec) =>
  (['opus', 'PCMU', 'PCMA'] as const).map((audio) => [codec, audio] as const),
);
const names = { H264: 'avc', VP8: 'vp8', VP9: 'vp9', AV1: 'av1', opus: 'opus', PCMU: 'ulaw', PCMA: 'alaw' };

test.each(combinations)('%s with %s is read back frame by frame', async (codec, audio) => {
  const pictures = video(fixtures[codec], 1000.25, 6000);
  const packets = sound(audio, 1013.5, 6000);
  const { bytes, file } = await written(both(codec, audio), readConfig, inOrder(pictures, packets));
  const read = await readBack(bytes);
  expect(read.video).toMatchObject({ codec: names[codec], width: 160 });
  expectSame(read.video!.packets, pictures, 1000.25);
  // mediabunny knows no G.711 in Matroska; ffprobe does, in test/e2e/recording-writer.test.ts.
  const known = !(codec.startsWith('VP') && audio !== 'opus');
  expect(read.audio?.codec ?? null).toBe(known ? names[audio] : null);
  if (known) expectSame(read.audio!.packets, packets, 1000.25);
  expect(file).toMatchObject({ start: 1000.25, dropped: 0, gaps: [], width: 160, size: bytes.length });
  expect(Math.abs(file.duration - 5000.25)).toBeLessThan(100);
});

test('sound alone, and pictures alone', async () => {
  const alone = await written([audioTrack('opus')], readConfig, sound('opus', 0, 3000));
  const heard = await readBack(alone.bytes);
  expect(heard.video).toBeNull();
  expect(heard.audio?.packets).toHaveLength(150);
  expect(heard.duration).toBeCloseTo(3000, 0);
  const pictures = await written(both('H264'), readConfig, video(h264, 0, 3000));
  const seen = await readBack(pictures.bytes);
  expect(seen.audio).toBeNull();
  expect(seen.video?.packets).toHaveLength(30);
});

test.each([
  'H264',
  'VP8',
] as const)('%s that comes 3 s after the sound is in the same file', async (codec) => {
  const pictures = video(fixtures[codec], 3000, 5000);
  const { bytes } = await written(both(codec), readConfig, inOrder(pictures, sound('opus', 0, 5000)));
  const read = await readBack(bytes);
  expectSame(read.video!.packets, pictures, 0);
  expect(read.audio!.packets).toHaveLength(250);
});

test('a minute without pictures neither stops the sound nor shifts what comes later', async () => {
  const pictures = [...video(h264, 0, 2000), ...video(h264, 62_000, 64_000)];
  const { bytes } = await written(both('H264'), readConfig, inOrder(pictures, sound('opus', 0, 64_000)));
  const read = await readBack(bytes);
  expectSame(read.video!.packets, pictures, 0);
  expect(times(read.audio!.packets).at(-1)).toBeCloseTo(63_980, 0);
});

test('pictures begin with a key frame, which is asked for once a second', async () => {
  const all = video(h264, 0, 6000);
  const { bytes, file, keyFramesAsked } = await written(
    both('H264'),
    readConfig,
    inOrder(all.slice(5), sound('opus', 500, 6000)),
  );
  const read = await readBack(bytes);
  expect(file.dropped).toBe(15);
  expect(keyFramesAsked).toBe(2);
  expectSame(read.video!.packets, all.slice(20), 500);
});

test('after a loss pictures go on with the next key frame, and the gap is told', async () => {
  const all = video(h264, 0, 4000).map((frame, i) => (i === 8 ? { ...frame, discontinuity: true } : frame));
  all.splice(5, 3);
  const { bytes, file, keyFramesAsked } = await written([videoTrack('H264')], readConfig, all);
  const read = await readBack(bytes);
  expect(times(read.video!.packets).map(Math.round)).toEqual(
    times(all.filter(({ time }) => time < 500 || time >= 2000)),
  );
  expect(file.gaps).toEqual([{ kind: 'video', from: 500, to: 2000 }]);
  expect(keyFramesAsked).toBe(2);
});

test('lost sound is a gap as well, and its list has an end', async () => {
  const all = sound('opus', 0, 30_000)
    .filter((_, i) => i % 5 !== 0)
    .map((frame, i) => ({ ...frame, discontinuity: i % 4 === 0 && i > 0 }));
  const { file } = await written([audioTrack('opus')], readConfig, all);
  expect(file.gaps).toHaveLength(256);
  expect(file.gaps[0]).toEqual({ kind: 'audio', from: 80, to: 100 });
  expect(file.gapsLeftOut).toBe(299 - 256);
});

test('what came before the first frame is no gap', async () => {
  const [first, ...rest] = sound('opus', 300, 900);
  const all = inOrder(video(h264, 0, 900), [{ ...first!, discontinuity: true }, ...rest]);
  expect((await written(both('H264'), readConfig, all)).file.gaps).toEqual([]);
});

test('a publisher that changes its size stays in its file', async () => {
  const pictures = [...video(h264, 0, 2000), ...video(wide, 2000, 4000)];
  const { bytes } = await written([videoTrack('H264')], readConfig, pictures);
  expectSame((await readBack(bytes)).video!.packets, pictures, 0);
});

test('hostile frames are dropped or put in order, never thrown at', async () => {
  const [first] = video(h264, 100, 200) as [MediaFrame];
  const odd = [Number.NaN, Infinity, -Infinity, -5, 1e300, 100, 100, 99].map((time) => ({ ...first, time }));
  const foreign: MediaFrame[] = [
    { ...first, kind: 'audio', time: 120, data: new Uint8Array(5) },
    { ...first, time: 130, data: new Uint8Array(0) },
    { ...first, time: 140, data: new Uint8Array(17 << 20) },
  ];
  const { bytes, file } = await written([videoTrack('H264')], readConfig, [first, ...odd, ...foreign]);
  const read = await readBack(bytes);
  expect(read.video!.packets).toHaveLength(3);
  expect(file.dropped).toBe(9);
  expect(times(read.video!.packets)).toEqual([...times(read.video!.packets)].sort((a, b) => a - b));
});

test('a key frame that nobody can read, or that describes itself at length, starts nothing', async () => {
  const frames = video(h264, 0, 2000);
  const description = new Uint8Array(1025);
  for (const config of [
    null,
    { ...h264.config, description },
    { ...h264.config, width: 0 },
    { ...h264.config, height: 70_000 },
  ]) {
    const { bytes, file } = await written([videoTrack('H264')], () => config, frames);
    expect(bytes).toHaveLength(0);
    expect(file).toMatchObject({ size: 0, start: null, dropped: 20 });
  }
});

test('when no frames come any more, the last ones are written all the same', async () => {
  const disk = new MemoryDisk();
  const writer = new RecordingWriter({
    tracks: both('H264'),
    readConfig,
    open: () => disk.create('file'),
    onKeyFrameNeeded: () => {},
    onFailure: () => {},
  });
  for (const frame of inOrder(video(h264, 0, 600), sound('opus', 0, 600))) writer.write(frame);
  writer.tick(0);
  writer.tick(500);
  await new Promise(setImmediate);
  expect(disk.files.get('file')).toHaveLength(4096);
  writer.tick(1000);
  await new Promise(setImmediate);
  const read = await readBack(disk.files.get('file')!);
  expect([read.video!.packets.length, read.audio!.packets.length]).toEqual([6, 30]);
  await writer.finish();
});

test('what waits in memory is about a second, whatever is silent', async () => {
  for (const frames of [video(vp8, 0, 60_000), sound('opus', 0, 60_000)]) {
    const disk = new MemoryDisk();
    const writer = new RecordingWriter({
      tracks: both('VP8'),
      readConfig,
      open: () => disk.create('file'),
      onKeyFrameNeeded: () => {},
      onFailure: () => {},
    });
    for (const frame of frames) {
      writer.write(frame);
      await Promise.resolve();
      const waiting = frames.filter(({ time }) => time > frame.time - 1100 && time <= frame.time);
      const most = waiting.reduce((sum, { data }) => sum + data.length, 0);
      expect(writer.size).toBeGreaterThan(0);
      expect((writer as unknown as { intake: { bytes: number } }).intake.bytes).toBeLessThanOrEqual(most);
    }
    await writer.finish();
  }
});
