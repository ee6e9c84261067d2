import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RecordingRefused, type RefusalCode } from '../../../../src/plugins/recording/index.js';
import { startRecording, temporaryFolder, until } from './support.js';

const refusal = (act: () => unknown): RefusalCode | null => {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof RecordingRefused) return error.code;
    throw error;
  }
};

test('a publisher that asks for it is recorded from its first media to its end', async () => {
  const { config, egress, publish, output, session, service, logged } = startRecording({
    'recording.keyFrameInterval': 4000,
  });
  const publication = await publish('a');
  expect(egress.prepared).toBe(1);
  expect(publication.recording).toMatchObject({ startedAt: 5000, running: true });
  const { request, source } = await output(0);
  expect(source).toEqual({ endpoint: publication.media, tracks: publication.tracks });
  expect(request).toEqual({
    kind: 'record',
    folder: config.recording.folder,
    template: 'stream-{mediaSessionId}-{login}',
    stream: { streamName: 'name-a', mediaSessionId: 'a', sessionId: 'a-b_c', login: 'a-b_c' },
    maxFileSize: 0,
    maxFileDuration: 0,
    keyFrameInterval: 4000,
  });
  service.unpublish(session, 'a');
  await publication.recording?.finished;
  expect(publication.recording).toMatchObject({ running: false, name: 'stream-a-a-b_c.mp4' });
  expect(logged('recording finished')).toMatchObject([
    {
      streamName: 'name-a',
      mediaSessionId: 'a',
      recordName: 'stream-a-a-b_c.mp4',
      size: 5000,
      failure: null,
    },
  ]);
});

test('at the end it is on the disk whose recording each file is', async () => {
  const { config, publish, output, plugin } = startRecording();
  await publish('a');
  await output(0);
  await plugin.close();
  const noted = readFileSync(join(config.recording.folder, '.stream-a-a-b_c.mp4.stream.json'), 'utf8');
  expect(JSON.parse(noted)).toEqual({ version: 1, streamName: 'name-a' });
});

test('others are not, and none where it is off', async () => {
  const { publish, egress } = startRecording();
  expect((await publish('a', false)).recording).toBeNull();
  expect(egress).toMatchObject({ prepared: 0, outputs: [] });
  const off = startRecording({ 'recording.enabled': false });
  expect((await off.publish('a')).recording).toBeNull();
  expect(off.egress.prepared).toBe(0);
  expect(off.logged('a stream is not recorded')).toMatchObject([{ reason: 'recording is turned off' }]);
  expect(refusal(() => off.plugin.controller.start({ mediaSessionId: 'a' }))).toBe('off');
});

test('on demand: by id or name, with a template and a rotation of its own', async () => {
  const { publish, output, plugin } = startRecording({ 'recording.maxConcurrent': 2 });
  const { controller } = plugin;
  for (const id of ['a', 'b', 'c']) await publish(id, false);
  expect(refusal(() => controller.start({ mediaSessionId: 'x' }))).toBe('not-found');
  expect(refusal(() => controller.start({ streamName: 'a' }))).toBe('not-found');
  for (const rotation of ['', '0', '-1', '1.5', '10K', 'M', '99999999', Number.NaN])
    expect(refusal(() => controller.start({ mediaSessionId: 'a' }, { rotation }))).toBe('bad-config');
  for (const fileTemplate of ['', 'x'.repeat(1025)])
    expect(refusal(() => controller.start({ mediaSessionId: 'a' }, { fileTemplate }))).toBe('bad-config');
  const wish = { fileTemplate: 'x-{login}', rotation: '20' };
  expect(controller.start({ mediaSessionId: 'a' }, wish)).toEqual({
    ...{ mediaSessionId: 'a', streamName: 'name-a', fileName: null, startedAt: 5000 },
  });
  expect((await output(0)).request).toMatchObject({ template: 'x-{login}', maxFileDuration: 20_000 });
  expect(refusal(() => controller.start({ streamName: 'name-a' }))).toBe('already-recording');
  controller.start({ streamName: 'name-b' }, { rotation: '10M' });
  expect((await output(1)).request).toMatchObject({ maxFileSize: 10 << 20, maxFileDuration: 0 });
  expect(refusal(() => controller.start({ mediaSessionId: 'c' }))).toBe('too-many');
  expect(controller.list().map(({ fileName }) => fileName)).toEqual(['x-a-b_c.mp4', 'stream-b-a-b_c.mp4']);
  await controller.stop('a');
  expect(controller.list().map(({ mediaSessionId }) => mediaSessionId)).toEqual(['b']);
  await expect(controller.stop('a')).rejects.toMatchObject({ code: 'not-found' });
  await expect(controller.stop('c')).rejects.toMatchObject({ code: 'not-found' });
  controller.start({ mediaSessionId: 'a' });
});

test('of several files the first gives the name', async () => {
  const { publish, output, service, session } = startRecording({ 'recording.template': 'r-{endTimeMillis}' });
  const publication = await publish('a');
  const recording = await output(0);
  expect(publication.recording?.name).toBeNull();
  recording.finishFile('r-100.mp4');
  recording.begin('r-recording.mp4');
  expect(publication.recording?.name).toBe('r-100.mp4');
  service.unpublish(session, 'a');
  await publication.recording?.finished;
  expect(publication.recording?.name).toBe('r-100.mp4');
});

test('a process that dies: the stream goes on in a new file, and what is left is made whole', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { publish, output, egress, service, session, config, logged } = startRecording();
  const publication = await publish('a');
  const first = await output(0);
  writeFileSync(join(config.recording.folder, '.gone.mp4.recording.json'), '{}');
  first.vanish();
  egress.emit('died');
  expect(publication.recording).toMatchObject({ running: true, name: 'stream-a-a-b_c.mp4' });
  await vi.advanceTimersByTimeAsync(300);
  const second = await output(1);
  second.begin('stream-a-a-b_c-2.mp4');
  await until(() => readdirSync(config.recording.folder).length === 0);
  service.unpublish(session, 'a');
  await publication.recording?.finished;
  expect(second.closed).toBe(1);
  expect(publication.recording?.name).toBe('stream-a-a-b_c.mp4');
  expect(logged('recording failed, the stream goes on')).toEqual([]);
  vi.useRealTimers();
});

test('a process that cannot be had: tried again, then given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { publish, egress, logged } = startRecording();
  egress.refusal = 'none is up';
  const publication = await publish('a');
  await until(() => vi.getTimerCount() > 0);
  for (let attempt = 0; attempt < 8; attempt++) {
    await vi.advanceTimersByTimeAsync(20_000);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  await publication.recording?.finished;
  expect(publication.recording).toMatchObject({ running: false, name: null });
  expect(publication.ended).toBe(false);
  expect(logged('recording failed, the stream goes on')).toMatchObject([{ reason: 'none is up' }]);
  vi.useRealTimers();
});

test('a disk that fails ends the recording alone', async () => {
  const { publish, output, logged, plugin } = startRecording();
  const publication = await publish('a');
  (await output(0)).fail('ENOSPC (write)');
  expect(publication).toMatchObject({ ended: false, recording: { running: false } });
  expect(logged('recording failed, the stream goes on')).toMatchObject([
    { streamName: 'name-a', mediaSessionId: 'a', reason: 'ENOSPC (write)' },
  ]);
  expect(logged('recording finished')).toMatchObject([{ failure: 'ENOSPC (write)' }]);
  expect(plugin.controller.list()).toEqual([]);
});

test.each([
  [{ 'recording.minFreeSpace': 2 ** 49 }, /^only \d+ MiB of the disk are free/],
  [{ 'recording.maxTotalSize': 10 }, /^the recordings are larger than/],
])('a disk with too little room ends all: %j', async (settings, reason) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'old.mp4'), 'x'.repeat(11));
  const { publish, logged } = startRecording({ 'recording.folder': folder, ...settings });
  const publication = await publish('a');
  const [entry] = await until(() => {
    const found = logged('recording failed, the stream goes on');
    return found.length > 0 && found;
  });
  expect(entry?.reason).toMatch(reason);
  expect(publication).toMatchObject({ ended: false, recording: { running: false } });
});

test('a recorder that does not come to its end holds up the last status for 0.9 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { publish, egress, output, service, session } = startRecording({
    'recording.template': '{endTimeMillis}',
  });
  egress.slow = true;
  const publication = await publish('a');
  await output(0);
  let told = false;
  void publication.recording?.finished.then(() => {
    told = true;
  });
  service.unpublish(session, 'a');
  await vi.advanceTimersByTimeAsync(899);
  expect(told).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toBe(true);
  expect(publication.recording?.name).toBeNull();
  vi.useRealTimers();
});
