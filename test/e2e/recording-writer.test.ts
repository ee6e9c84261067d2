import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AudioCodec, Rotation, VideoCodec } from '../../src/containers/index.js';
import { finishLeftovers, Recording } from '../../src/egress/recording/index.js';
import type { MediaFrame } from '../../src/media/index.js';
import { launchChromium } from '../support/browser/chromium.js';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import type { Browser, Tab } from '../support/browser/tab.js';
import { audioTrack, configsOf, inOrder, loadFrames, sound, video } from '../support/recording/frames.js';
import { played } from '../support/recording/played.js';
import { decodeErrors, probe } from '../support/recording/probe.js';

const small = {
  H264: loadFrames('h264-160x120'),
  VP8: loadFrames('vp8-160x120'),
  VP9: loadFrames('vp9-160x120'),
  AV1: loadFrames('av1-160x120'),
};
const wide = { H264: loadFrames('h264-240x160'), VP8: loadFrames('vp8-240x160') };
const readConfig = configsOf(...Object.values(small), ...Object.values(wide));

let folder: string;
let server: PageServer;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recording-writer-'));
  [server, browser] = await Promise.all([startPageServer([]), launchChromium()]);
  tab = await browser.newTab();
  await tab.goto(server.url);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Case {
  readonly name: string;
  readonly file: string;
  readonly video?: VideoCodec;
  readonly audio?: AudioCodec;
  readonly pictures?: MediaFrame[];
  readonly packets?: MediaFrame[];
  readonly rotation?: Rotation;
  /** What ffprobe says it is. */
  readonly codecs: readonly string[];
  /** Seconds. */
  readonly duration: number;
  /** As Chromium shows it, first to last; empty without pictures. */
  readonly widths: number[];
  readonly heard: boolean;
}

function plain(codec: VideoCodec, audio: AudioCodec, extension: string, ...codecs: string[]): Case {
  const [pictures, packets] = [video(small[codec], 0, 3000), sound(audio, 0, 3000)];
  const name = `${codec}-${audio}`;
  const heard = audio !== 'G722';
  const common = { name, file: `${name}.${extension}`, video: codec, audio, pictures, packets };
  return { ...common, codecs, duration: 3, widths: [160], heard };
}

const both = { video: 'H264', audio: 'opus', codecs: ['h264', 'opus'], heard: true } as const;
const cases: Case[] = [
  plain('H264', 'opus', 'mp4', 'h264', 'opus'),
  plain('AV1', 'opus', 'mp4', 'av1', 'opus'),
  plain('VP8', 'opus', 'webm', 'vp8', 'opus'),
  plain('VP9', 'opus', 'webm', 'vp9', 'opus'),
  plain('H264', 'PCMU', 'mp4', 'h264', 'pcm_mulaw'),
  plain('VP8', 'PCMA', 'mkv', 'vp8', 'pcm_alaw'),
  plain('H264', 'G722', 'mkv', 'h264', 'adpcm_g722'),
  {
    name: 'sound',
    file: 'sound.mp4',
    audio: 'opus',
    packets: sound('opus', 0, 3000),
    codecs: ['opus'],
    duration: 3,
    widths: [],
    heard: true,
  },
  {
    name: 'pictures',
    file: 'pictures.webm',
    video: 'VP8',
    audio: 'opus',
    pictures: video(small.VP8, 0, 3000),
    codecs: ['vp8'],
    duration: 3,
    widths: [160],
    heard: false,
  },
  {
    ...both,
    name: 'late',
    file: 'late.mp4',
    pictures: video(small.H264, 3000, 5000),
    packets: sound('opus', 0, 5000),
    duration: 5,
    widths: [160],
  },
  {
    ...both,
    name: 'resized',
    file: 'resized.mp4',
    pictures: [...video(small.H264, 0, 2000), ...video(wide.H264, 2000, 4000)],
    packets: sound('opus', 0, 4000),
    duration: 4,
    widths: [160, 240],
  },
  {
    ...both,
    name: 'resized-vp8',
    file: 'resized-vp8.webm',
    video: 'VP8',
    codecs: ['vp8', 'opus'],
    pictures: [...video(small.VP8, 0, 2000), ...video(wide.VP8, 2000, 4000)],
    packets: sound('opus', 0, 4000),
    duration: 4,
    widths: [160, 240],
  },
  {
    ...both,
    name: 'turned',
    file: 'turned.mp4',
    pictures: video(small.H264, 0, 2000).map((frame) => ({ ...frame, rotation: 90 })),
    packets: sound('opus', 0, 2000),
    rotation: 90,
    duration: 2,
    widths: [120],
  },
];

// They mostly play: some of them at a time, in one page.
test.concurrent.each(cases)('$file is what ffprobe and Chromium take for it', async (one) => {
  const recording = new Recording({
    folder,
    template: '{streamName}',
    stream: { streamName: one.name, sessionId: '', mediaSessionId: '', login: '' },
    tracks: [
      ...(one.video ? [{ kind: 'video' as const, codec: one.video }] : []),
      ...(one.audio ? [audioTrack(one.audio)] : []),
    ],
    readConfig,
    onKeyFrameNeeded: () => {},
    onFile: () => {},
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  const { pictures = [], packets = [] } = one;
  for (const frame of inOrder(pictures, packets)) recording.write(frame);
  expect((await recording.finish())?.name).toBe(one.file);

  const path = join(folder, one.file);
  const probed = await probe(path);
  expect(probed.complaints).toBe('');
  expect(await decodeErrors(path)).toBe('');
  expect(probed.streams.map((stream) => stream.codec_name)).toEqual(one.codecs);
  expect(probed.duration).toBeCloseTo(one.duration, 1);
  expect(probed.rotation).toBe(one.rotation ?? 0);
  for (const [kind, frames] of Object.entries({ video: pictures, audio: packets })) {
    const times = probed.times[kind as 'video' | 'audio'];
    expect(times).toHaveLength(frames.length);
    times.forEach((time, i) => {
      expect(Math.abs(time * 1000 - frames[i]!.time)).toBeLessThan(1.1);
    });
  }

  const shown = await played(tab, path);
  expect(shown).toMatchObject({ error: null, frames: pictures.length });
  expect(shown.widths.filter((width) => width > 0)).toEqual(one.widths);
  expect(shown.duration).toBeCloseTo(one.duration, 1);
  expect(shown.currentTime).toBeCloseTo(one.duration, 1);
  expect(shown.audioBytes > 0).toBe(one.heard);
  expect(shown.sought).toBeCloseTo(one.duration / 2, 1);
  expect(shown.seekable).toBeCloseTo(one.duration, 1);
});

const child = fileURLToPath(new URL('../support/recording/record-forever.mjs', import.meta.url));

test.concurrent.each([
  'H264',
  'VP8',
])('%s whose process is killed can be played at once, and is made whole later', async (codec) => {
  const records = join(folder, `killed-${codec}`);
  const recorder = spawn(process.execPath, [child, records, codec], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  const lines = createInterface(recorder.stdout);
  lines.on('line', (line) => {
    last = Number(line);
    if (last === 7460) recorder.kill('SIGKILL');
  });
  await once(lines, 'close');

  const [name] = readdirSync(records).filter((file) => !file.startsWith('.'));
  const path = join(records, name!);
  const left = await probe(path);
  expect(await decodeErrors(path)).toBe('');
  for (const kind of ['video', 'audio'] as const)
    expect(last / 1000 - left.times[kind].at(-1)!).toBeLessThanOrEqual(2);
  const torn = await played(tab, path);
  expect(torn).toMatchObject({ error: null, width: 160, frames: left.times.video.length });

  const { recovered, failed } = await finishLeftovers(records);
  expect(failed).toEqual([]);
  expect(recovered[0]?.name).toBe(
    `${codec}-${Math.round(recovered[0]!.duration)}${codec === 'H264' ? '.mp4' : '.webm'}`,
  );
  expect(readdirSync(records)).toEqual([recovered[0]!.name]);
  const whole = join(records, recovered[0]!.name);
  const probed = await probe(whole);
  expect(probed.complaints).toBe('');
  expect(probed.times).toEqual(left.times);
  const shown = await played(tab, whole);
  expect(shown).toMatchObject({ error: null, frames: left.times.video.length });
  expect(shown.duration * 1000).toBeCloseTo(recovered[0]!.duration, -2);
  expect(shown.sought).toBeCloseTo(shown.duration / 2, 1);
});
