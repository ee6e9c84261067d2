import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OutputEvent, OutputHost } from '../../../src/egress/outputs/output.js';
import { RecordOutput, recordingTracks } from '../../../src/egress/outputs/record-output.js';
import type { FrameListener, TrackDescription } from '../../../src/media/index.js';
import { inOrder, loadFrames, sound, video } from '../../support/recording/frames.js';

const pictures = loadFrames('h264-160x120');
const track = (kind: 'audio' | 'video', name: string, clockRate = 48_000): TrackDescription =>
  ({ kind, codec: { name, payloadType: 96, clockRate, channels: 1, fmtp: '' } }) as TrackDescription;

function start(wanted: { template?: string; keyFrameInterval?: number; folder?: string } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'record-output-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const state = { now: 0, asked: 0, heard: true, subscribed: false };
  const events: OutputEvent[] = [];
  let listener: FrameListener = () => {};
  const folder = wanted.folder ?? join(root, 'records');
  const output = new RecordOutput(
    {
      kind: 'record',
      folder,
      template: wanted.template ?? '{streamName}',
      stream: { streamName: 'cam', sessionId: 's', mediaSessionId: 'm', login: 'l' },
      maxFileSize: 0,
      maxFileDuration: 0,
      keyFrameInterval: wanted.keyFrameInterval ?? 0,
    },
    {
      intake: {
        tracks: [track('video', 'H264', 90_000), track('audio', 'opus')],
        subscribe: (given: FrameListener) => {
          listener = given;
          state.subscribed = true;
          return () => {
            state.subscribed = false;
          };
        },
        requestKeyFrame: () => {
          state.asked += 1;
        },
      },
      clock: () => state.now,
      heard: () => state.heard,
      emit: (event: OutputEvent) => void events.push(event),
    } as unknown as OutputHost,
  );
  const feed = (to: number) => {
    for (const frame of inOrder(video(pictures, 0, to), sound('opus', 0, to))) listener(frame);
  };
  return { root, folder, state, events, output, feed };
}

test('frames become a file, which is told when it begins and when it is finished', async () => {
  const { output, events, state, feed, folder } = start();
  feed(3000);
  await output.close();
  expect(events).toMatchObject([
    { type: 'fileBegun', name: 'cam.mp4' },
    { type: 'fileFinished', file: { folder, name: 'cam.mp4', width: 160, failure: null } },
  ]);
  expect(state.subscribed).toBe(false);
  expect(readdirSync(folder)).toEqual(['cam.mp4']);
});

test('without a frame there is no file, and nothing to tell', async () => {
  const { output, events } = start();
  await output.close();
  expect(events).toEqual([]);
});

test('when nobody hears of the end, the next who looks for leftovers is to find it', async () => {
  const { output, state, feed, folder } = start({ template: '{streamName}-{endTimeMillis}' });
  feed(3000);
  state.heard = false;
  await output.close();
  expect(readdirSync(folder).sort()).toEqual(['.cam-recording.mp4.recording.json', 'cam-recording.mp4']);
});

test('a folder that cannot be made: failed, once, also where it is being closed', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'record-output-')), 'file');
  writeFileSync(file, '');
  const { output, events, feed } = start({ folder: join(file, 'folder') });
  feed(100);
  await vi.waitFor(() => expect(events).toHaveLength(1));
  await output.close();
  expect(events).toEqual([{ type: 'failed', reason: expect.stringMatching(/^(ENOTDIR|EEXIST)/) }]);
});

test('key frames are asked for where none come, once a second until one does', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { state, feed, output } = start({ keyFrameInterval: 4000 });
  const run = (ms: number) => {
    for (let step = 0; step < ms; step += 500) {
      state.now += 500;
      vi.advanceTimersByTime(500);
    }
    return state.asked;
  };
  feed(1);
  expect(run(3500)).toBe(0);
  expect(run(500)).toBe(1);
  expect(run(2000)).toBe(3);
  feed(1);
  expect(run(3500)).toBe(3);
  void output.close();
  expect(run(9000)).toBe(3);
  vi.useRealTimers();
});

test('tracks as a file has them; those of other codecs are left out', () => {
  expect(
    recordingTracks([
      track('video', 'vp8', 90_000),
      track('audio', 'OPUS'),
      track('audio', 'G722', 8000),
      track('audio', 'telephone-event', 8000),
      track('video', 'H265', 90_000),
    ]),
  ).toEqual([
    { kind: 'video', codec: 'VP8' },
    { kind: 'audio', codec: 'opus', clockRate: 48_000, channels: 1 },
    { kind: 'audio', codec: 'G722', clockRate: 8000, channels: 1 },
  ]);
});
