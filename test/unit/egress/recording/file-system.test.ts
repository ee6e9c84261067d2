import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFileSystem, Recording, RecordingWriter } from '../../../../src/egress/recording/index.js';
import { audioTrack, sound } from '../../../support/recording/frames.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function recording(where: string, streamName: string, reasons: string[] = []): Recording {
  return new Recording({
    folder: where,
    template: '{streamName}',
    stream: { streamName, sessionId: '', mediaSessionId: '', login: '' },
    tracks: [audioTrack('opus')],
    readConfig: () => null,
    onKeyFrameNeeded: () => {},
    onFile: () => {},
    onFailure: (reason) => reasons.push(reason),
  });
}

async function record(where: string, streamName: string, reasons: string[] = []) {
  const subject = recording(where, streamName, reasons);
  for (const frame of sound('opus', 0, 2000)) subject.write(frame);
  return subject.finish();
}

test('recordings are made in a folder that is made for them', async () => {
  const records = join(folder, 'a', 'records');
  const file = await record(records, 'cam');
  expect(statSync(join(records, file!.name)).size).toBe(file!.size);
  expect((await record(records, '../../escape'))!.name).toMatch(/~[0-9a-f]{8}\.mp4$/);
  expect((await record(records, 'x'.repeat(5000)))!.name.length).toBeLessThanOrEqual(200);
  expect(readdirSync(records)).toHaveLength(3);
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a link in the place of a recording is not followed', async () => {
  symlinkSync(join(folder, 'target'), join(folder, 'cam.mp4'));
  expect((await record(folder, 'cam'))!.name).toBe('cam-2.mp4');
  expect(readdirSync(folder)).not.toContain('target');
});

test('a folder that cannot be is a reason, not an exception', async () => {
  writeFileSync(join(folder, 'file'), '');
  const reasons: string[] = [];
  expect(await record(join(folder, 'file'), 'cam', reasons)).toBeNull();
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(/^(EEXIST|ENOTDIR) \(mkdir\)$/);
});

test('a full disk is a reason, too', async () => {
  const reasons: string[] = [];
  const writer = new RecordingWriter({
    tracks: [audioTrack('opus')],
    readConfig: () => null,
    open: () => nodeFileSystem.open('/dev/full'),
    onKeyFrameNeeded: () => {},
    onFailure: (reason) => reasons.push(reason),
  });
  for (const frame of sound('opus', 0, 2000)) writer.write(frame);
  expect((await writer.finish()).failure).toBe('ENOSPC (write)');
  expect(reasons).toEqual(['ENOSPC (write)']);
});
