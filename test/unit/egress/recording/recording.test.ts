import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { expect, test } from 'vitest';
import {
  type RecordedFile,
  Recording,
  type RecordingOptions,
} from '../../../../src/egress/recording/index.js';
import type { MediaFrame } from '../../../../src/media/index.js';
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

const h264 = loadFrames('h264-160x120');
const startedAt = Date.UTC(2026, 10, 27, 20, 43, 16);

function recording(disk: MemoryDisk, options: Partial<RecordingOptions> = {}) {
  const files: RecordedFile[] = [];
  const reasons: string[] = [];
  const asked = { times: 0 };
  const subject = new Recording({
    folder: '/records',
    template: '{streamName}',
    stream: { streamName: 'cam', sessionId: 's', mediaSessionId: 'm', login: 'l' },
    tracks: [{ kind: 'video', codec: 'H264' }, audioTrack('opus')],
    readConfig: configsOf(h264),
    fileSystem: disk,
    wallClock: () => startedAt,
    onKeyFrameNeeded: () => {
      asked.times += 1;
    },
    onFile: (file) => files.push(file),
    onFailure: (reason) => reasons.push(reason),
    ...options,
  });
  return { subject, files, reasons, asked };
}

const both = (from: number, to: number) => inOrder(video(h264, from, to), sound('opus', from, to));
const settled = () => new Promise((resolve) => setImmediate(resolve));
const feed = (subject: Recording, frames: MediaFrame[]) => {
  for (const frame of frames) subject.write(frame);
};

test('a file has its name from the start, and a sidecar until it is finished', async () => {
  const disk = new MemoryDisk();
  const { subject, files } = recording(disk);
  expect(subject.name).toBeNull();
  feed(subject, both(0, 3000));
  await settled();
  expect(subject.name).toBe('cam.mp4');
  expect([...disk.files.keys()]).toEqual(['cam.mp4', '.cam.mp4.recording.json']);
  const last = await subject.finish();
  expect([...disk.files.keys()]).toEqual(['cam.mp4']);
  expect(files).toEqual([last]);
  expect(last).toMatchObject({ name: 'cam.mp4', startedAt, endedAt: startedAt + 3000, failure: null });
  expect(await subject.finish()).toBe(last);
});

test('nothing is overwritten, however many there are', async () => {
  const disk = new MemoryDisk();
  for (const number of ['', '-2', '-3', '-5']) disk.files.set(`cam${number}.mp4`, new Uint8Array([1]));
  for (let number = 10; number < 20; number++) disk.files.set(`cam-${number}.mp4`, new Uint8Array([1]));
  const names: string[] = [];
  for (let i = 0; i < 8; i++) {
    const { subject } = recording(disk);
    feed(subject, both(0, 1000));
    names.push((await subject.finish())!.name);
  }
  expect(names).toEqual([4, 6, 7, 8, 9, 20, 21, 22].map((number) => `cam-${number}.mp4`));
  expect(disk.files.get('cam.mp4')).toEqual(new Uint8Array([1]));
});

test('a name with the end in it is given at the end, and takes nobody’s place', async () => {
  const disk = new MemoryDisk();
  disk.files.set('cam-3000.mp4', new Uint8Array([1]));
  const { subject } = recording(disk, { template: '{streamName}-{duration}' });
  feed(subject, both(0, 3000));
  await settled();
  expect(subject.name).toBe('cam-recording.mp4');
  expect((await subject.finish())?.name).toBe('cam-3000-2.mp4');
  expect([...disk.files.keys()]).toEqual(['cam-3000.mp4', 'cam-3000-2.mp4']);
});

test('without frames there is no file', async () => {
  const disk = new MemoryDisk();
  const { subject, files } = recording(disk);
  expect(await subject.finish()).toBeNull();
  expect([disk.files.size, files]).toEqual([0, []]);
});

test('a new file begins with the key frame after the limit, and sound that comes late goes where it belongs', async () => {
  const disk = new MemoryDisk();
  const { subject, files, asked } = recording(disk, { maxFileDuration: 3000 });
  const late = both(0, 9000).map((frame) => ({ frame, at: frame.time + (frame.kind === 'audio' ? 90 : 0) }));
  feed(
    subject,
    late.sort((a, b) => a.at - b.at).map(({ frame }) => frame),
  );
  await subject.finish();
  expect(files.map(({ name }) => name)).toEqual(['cam.mp4', 'cam-2.mp4', 'cam-3.mp4']);
  expect(files.map(({ start }) => start)).toEqual([0, 4000, 8000]);
  const read = await Promise.all(files.map(({ name }) => readBack(disk.files.get(name)!)));
  expect(read.map(({ video }) => video!.packets.length)).toEqual([40, 40, 10]);
  expect(read.map(({ audio }) => audio!.packets.length)).toEqual([200, 200, 50]);
  expect(asked.times).toBeGreaterThanOrEqual(2);
});

test('size limits a file as time does; one of sound alone is cut at any packet', async () => {
  const disk = new MemoryDisk();
  const { subject, files } = recording(disk, { tracks: [audioTrack('PCMU')], maxFileSize: 20_000 });
  feed(subject, sound('PCMU', 0, 10_000));
  await subject.finish();
  expect(files).toHaveLength(6);
  const packets = await Promise.all(
    files.map(async ({ name }) => (await readBack(disk.files.get(name)!)).audio!.packets.length),
  );
  expect(packets.reduce((sum, count) => sum + count)).toBe(500);
  for (const { size } of files) expect(size).toBeLessThan(23_000);
});

test('when no key frame comes, a file over its limit is cut at a packet of sound', async () => {
  const disk = new MemoryDisk();
  const { subject, files } = recording(disk, { maxFileDuration: 3000 });
  feed(subject, inOrder(video(h264, 0, 2000), sound('opus', 0, 20_000)));
  await subject.finish();
  expect(files[0]!.duration).toBe(11_900);
  expect(files.length).toBeGreaterThan(1);
});

test('a full disk ends the recording with a reason, and what there is can be played', async () => {
  const disk = new MemoryDisk();
  disk.trouble = (operation, _, size) =>
    operation === 'write' && size > 20_000 ? Promise.reject(systemError('ENOSPC')) : undefined;
  const { subject, files, reasons } = recording(disk);
  for (const frame of both(0, 10_000)) {
    subject.write(frame);
    if (frame.kind === 'video') await settled();
  }
  await subject.finish();
  expect(reasons).toEqual(['ENOSPC (write)']);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatchObject({ name: 'cam.mp4', failure: 'ENOSPC (write)' });
  expect([...disk.files.keys()]).toEqual(['cam.mp4']);
  const read = await readBack(disk.files.get('cam.mp4')!);
  expect(read.video!.packets.length).toBeGreaterThan(10);
});

test.each([
  'makeFolder',
  'create',
  'write',
])('a failing %s at the start leaves nothing behind', async (failing) => {
  const disk = new MemoryDisk();
  disk.trouble = (operation) =>
    operation === failing ? Promise.reject(systemError('EACCES', 'open')) : undefined;
  const { subject, files, reasons } = recording(disk);
  feed(subject, both(0, 3000));
  await settled();
  expect(await subject.finish()).toBeNull();
  expect(reasons).toEqual(['EACCES (open)']);
  expect([disk.files.size, files]).toEqual([0, []]);
});

test('a failing rename keeps the file under the name that it has', async () => {
  const disk = new MemoryDisk();
  disk.trouble = (operation) =>
    operation === 'rename' ? Promise.reject(systemError('EIO', 'rename')) : undefined;
  const { subject } = recording(disk, { template: '{streamName}-{endTime}' });
  feed(subject, both(0, 2000));
  const file = await subject.finish();
  expect(file).toMatchObject({ name: 'cam-recording.mp4', failure: 'EIO (rename)' });
  expect([...disk.files.keys()]).toEqual(['cam-recording.mp4']);
});

test('a picture that is turned begins another file, at once with a key frame, but not all the time', async () => {
  const disk = new MemoryDisk();
  const { subject, files, asked } = recording(disk, {});
  const turned = (frames: MediaFrame[], rotation: 90 | 180 | 270) =>
    frames.map((one) => (one.kind === 'video' ? { ...one, rotation } : one));
  feed(subject, turned(both(0, 4000), 90));
  const [key] = turned(video(h264, 4000, 4033), 270);
  feed(subject, [key!, ...turned(both(4033, 5000), 270)]);
  // Within two seconds of the last: it stays as it is, and no key frame is asked for.
  feed(
    subject,
    turned(
      both(5000, 5900).filter((one) => !one.key || one.kind === 'audio'),
      180,
    ),
  );
  expect(asked.times).toBe(0);
  feed(
    subject,
    both(6000, 7000).filter((one) => !one.key || one.kind === 'audio'),
  );
  expect(asked.times).toBeGreaterThan(0);
  feed(subject, both(8000, 9000));
  await subject.finish();
  const rotations = await Promise.all(
    files.map(async ({ name }) => {
      const source = new BufferSource(disk.files.get(name)!.slice());
      return (await new Input({ formats: ALL_FORMATS, source }).getPrimaryVideoTrack())?.rotation;
    }),
  );
  expect(rotations).toEqual([90, 270, 0]);
});
