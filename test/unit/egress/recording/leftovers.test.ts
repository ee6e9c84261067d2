import { expect, test } from 'vitest';
import type { RecordingTrack, VideoCodec } from '../../../../src/containers/index.js';
import { findLeftovers, finishLeftovers, Recording } from '../../../../src/egress/recording/index.js';
import {
  audioTrack,
  configsOf,
  inOrder,
  loadFrames,
  sound,
  video,
} from '../../../support/recording/frames.js';
import { MemoryDisk, systemError } from '../../../support/recording/memory-disk.js';
import { readBack } from './read-back.js';

const fixtures = { H264: loadFrames('h264-160x120'), VP8: loadFrames('vp8-160x120') };
const readConfig = configsOf(fixtures.H264, fixtures.VP8);
const startedAt = Date.UTC(2026, 10, 27);

/** The disk as a crash leaves it after so many ms of a stream. */
async function crashed(
  codec: 'H264' | 'VP8',
  length: number,
  template = '{streamName}',
): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const tracks: RecordingTrack[] = [{ kind: 'video', codec: codec as VideoCodec }, audioTrack('opus')];
  const recording = new Recording({
    folder: '/records',
    template,
    stream: { streamName: 'cam', sessionId: 's', mediaSessionId: 'm', login: 'l' },
    tracks,
    readConfig,
    fileSystem: disk,
    wallClock: () => startedAt,
    onKeyFrameNeeded: () => {},
    onFile: () => {},
    onFailure: () => {},
  });
  for (const frame of inOrder(video(fixtures[codec], 500, length), sound('opus', 0, length)))
    recording.write(frame);
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  const left = new MemoryDisk();
  for (const [name, bytes] of disk.files) left.files.set(name, bytes.slice());
  return left;
}

test.each([
  ['H264', 'mp4'],
  ['VP8', 'webm'],
] as const)('%s that was not finished is made whole, at most 2 s of it lost', async (codec, extension) => {
  const disk = await crashed(codec, 8000);
  const { recovered, failed } = await finishLeftovers('/records', { fileSystem: disk });
  expect(failed).toEqual([]);
  const name = `cam.${extension}`;
  expect(recovered).toHaveLength(1);
  expect(recovered[0]).toMatchObject({ name, stream: { streamName: 'cam', login: 'l' }, startedAt });
  expect(recovered[0]!.duration).toBeGreaterThan(6000);
  expect(recovered[0]!.endedAt).toBe(startedAt + Math.round(recovered[0]!.duration));
  expect([...disk.files.keys()]).toEqual([name]);
  const bytes = disk.files.get(name)!;
  expect(recovered[0]!.size).toBe(bytes.length);
  const read = await readBack(bytes);
  expect(read.video!.packets[0]!.time).toBeCloseTo(500, 0);
  expect(read.video!.packets.length).toBeGreaterThan(55);
  expect(Math.abs(read.duration - recovered[0]!.duration)).toBeLessThan(110);
  // Once whole it stays as it is.
  disk.files.set(`.${name}.recording.json`, Buffer.from('{}'));
  await finishLeftovers('/records', { fileSystem: disk });
  expect(disk.files.get(name)).toEqual(bytes);
});

test.each(['H264', 'VP8'] as const)('%s torn anywhere becomes whole pieces', async (codec) => {
  const disk = await crashed(codec, 3200);
  const [name, bytes] = [...disk.files].find(([file]) => !file.startsWith('.'))!;
  const sizes = new Set<number>();
  const places = [bytes.length];
  for (let size = 0; size < bytes.length; size += size < 4000 ? 500 : size < 4200 ? 1 : 41) places.push(size);
  for (const size of places) {
    const torn = new MemoryDisk();
    torn.files.set(name, bytes.slice(0, size));
    torn.files.set(`.${name}.recording.json`, disk.files.get(`.${name}.recording.json`)!);
    const { recovered, failed } = await finishLeftovers('/records', { fileSystem: torn });
    if (recovered.length > 0) sizes.add(recovered[0]!.duration);
    expect(torn.files.has(name)).toBe(recovered.length + failed.length === 1);
    expect(size <= 4096 ? recovered : []).toEqual([]);
  }
  // As many as there are pieces in it.
  expect(sizes.size).toBe(3);
  const half = new MemoryDisk();
  half.files.set(name, bytes.slice(0, bytes.length - 1));
  half.files.set(`.${name}.recording.json`, disk.files.get(`.${name}.recording.json`)!);
  await finishLeftovers('/records', { fileSystem: half });
  expect((await readBack(half.files.get(name)!)).video!.packets.length).toBeGreaterThan(5);
});

test('bytes that are no recording are told, and kept', async () => {
  let state = 7;
  const byte = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  };
  for (const extension of ['mp4', 'webm', 'mkv']) {
    const whole = await crashed(extension === 'mp4' ? 'H264' : 'VP8', 3000);
    const original = [...whole.files].find(([file]) => !file.startsWith('.'))![1];
    for (let i = 0; i < 150; i++) {
      const disk = new MemoryDisk();
      const bytes = i < 20 ? Uint8Array.from({ length: 6000 }, byte) : original.slice();
      for (let n = 0; n < 1 + (i % 9); n++) bytes[(byte() * 256 + byte()) % bytes.length] = byte();
      disk.files.set(`x.${extension}`, bytes);
      disk.files.set(`.x.${extension}.recording.json`, Uint8Array.from({ length: 40 }, byte));
      const { recovered, failed } = await finishLeftovers('/records', { fileSystem: disk });
      expect(recovered.length + failed.length).toBe(1);
      expect(disk.files.has(`x.${extension}`)).toBe(true);
      if (i < 20) expect(failed).toEqual([{ name: `x.${extension}`, reason: 'EBADMSG' }]);
    }
  }
});

test('the end’s name is given now; other files, and those that came later, are nobody’s business', async () => {
  const disk = await crashed('H264', 4000, '{streamName}-{endTimeMillis}');
  const others = ['.recording.json', '..recording.json', '.a.txt.recording.json', '.hidden', 'b.mp4'];
  for (const name of [...others, 'a.txt']) disk.files.set(name, new Uint8Array([1]));
  const before = new Map(disk.files);
  const none = { recovered: [], failed: [] };
  expect(await finishLeftovers('/records', { fileSystem: disk, names: [] })).toEqual(none);
  expect(await finishLeftovers('/records', { fileSystem: disk, names: ['finished-meanwhile.mp4'] })).toEqual(
    none,
  );
  expect(disk.files).toEqual(before);
  expect(await findLeftovers('/records', disk)).toEqual(['cam-recording.mp4']);
  const { recovered } = await finishLeftovers('/records', { fileSystem: disk });
  expect(recovered[0]!.name).toBe(`cam-${recovered[0]!.endedAt}.mp4`);
  expect([...disk.files.keys()].sort()).toEqual([...others, 'a.txt', recovered[0]!.name].sort());
});

test('a disk that fails is told, and tried again next time', async () => {
  const disk = await crashed('VP8', 3000);
  disk.trouble = (operation) =>
    operation === 'open' ? Promise.reject(systemError('EIO', 'open')) : undefined;
  const first = await finishLeftovers('/records', { fileSystem: disk });
  expect(first).toEqual({ recovered: [], failed: [{ name: 'cam.webm', reason: 'EIO (open)' }] });
  disk.trouble = () => undefined;
  expect((await finishLeftovers('/records', { fileSystem: disk })).recovered).toHaveLength(1);
  const gone = new MemoryDisk();
  gone.names = () => Promise.reject(systemError('ENOENT', 'scandir'));
  expect(await finishLeftovers('/nowhere', { fileSystem: gone })).toEqual({ recovered: [], failed: [] });
});
