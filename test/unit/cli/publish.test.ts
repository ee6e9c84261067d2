import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublishArguments } from '../../../src/cli/publish/arguments.js';
import { readPublishArguments } from '../../../src/cli/publish/index.js';
import { Pacer } from '../../../src/cli/publish/pacer.js';
import { planPublishing } from '../../../src/cli/publish/plan.js';
import { fileArguments, readTracks } from '../../../src/ffmpeg/index.js';

const usual: PublishArguments = {
  ...{ url: 'ws://localhost:8080', appKey: 'defaultApp', token: '', insecure: false, timeout: 5 },
  ...{
    file: 'a.mp4',
    name: 'x',
    loop: false,
    codec: null,
    width: 0,
    bitrate: 0,
    record: false,
    ffmpeg: 'ffmpeg',
  },
};

it('reads its arguments', () => {
  expect(readPublishArguments(['a.mp4', '--name', 'x'])).toEqual(usual);
  const all = [
    '--loop',
    '--codec',
    'vp8',
    '--width',
    '641',
    '--bitrate',
    '500',
    '--record',
    '--ffmpeg',
    '/f',
  ];
  expect(readPublishArguments(['a.mp4', '--name', 'x', ...all])).toEqual({
    ...usual,
    ...{ loop: true, codec: 'VP8', width: 640, bitrate: 500, record: true, ffmpeg: '/f' },
  });
});

it.each([
  [[]],
  [['a.mp4']],
  [['--name', 'x']],
  [['a', 'b', '--name', 'x']],
  [['a', '--name', 'x', '--codec', 'AV1']],
  [['a', '--name', 'x', '--width', '-2']],
  [['a', '--name', 'x', '--bitrate', '1e3']],
  [['a', '--name', 'x', '--url', 'http://b']],
])('refuses %j', (argv) => {
  expect(() => readPublishArguments(argv)).toThrow(/^publish: /);
});

const picture = {
  ...{ index: 0, codec_type: 'video', codec_name: 'h264', profile: 'Main', width: 1280, height: 720 },
  ...{ has_b_frames: 0, pix_fmt: 'yuv420p', avg_frame_rate: '25/1', disposition: { attached_pic: 0 } },
};
const sound = { index: 1, codec_type: 'audio', codec_name: 'opus' };
const tracks = (...streams: object[]) => readTracks(JSON.stringify({ streams }));

describe('what is sent', () => {
  it('is the file as it is where WebRTC takes it so', () => {
    const plan = planPublishing(tracks(picture, sound), { ...usual, loop: true });
    expect(plan).toEqual({
      target: { loop: true, video: { index: 0, copy: true }, audio: { index: 1, copy: true } },
      video: {
        codec: 'H264',
        fmtp: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f',
      },
      hasAudio: true,
    });
    const args = fileArguments('a.mp4', plan.target).join(' ');
    expect(args).toContain('-stream_loop -1 -i file:a.mp4 -map 0:0 -c:v copy -map 0:1 -c:a copy');
  });

  it.each([
    ['B frames', { has_b_frames: 2 }, {}],
    ['another codec', { codec_name: 'hevc' }, {}],
    ['a profile that players lack', { profile: 'High 4:4:4 Predictive' }, {}],
    ['another pixel format', { pix_fmt: 'yuv420p10le' }, {}],
    ['a picture to be turned', { side_data_list: [{ rotation: -90 }] }, {}],
    ['another width', {}, { width: 640 }],
    ['another bitrate', {}, { bitrate: 500 }],
    ['another codec that is wanted', {}, { codec: 'VP8' as const }],
  ])('is encoded anew for %s', (_, stream, options) => {
    const { target } = planPublishing(tracks({ ...picture, ...stream }), { ...usual, ...options });
    expect(target.video).toMatchObject({ copy: false });
    expect(target.audio).toBeNull();
  });

  it('has a bitrate that suits its size', () => {
    const bitrate = (stream: object, options: object) => {
      const { video } = planPublishing(tracks({ ...picture, has_b_frames: 1, ...stream }), {
        ...usual,
        ...options,
      }).target;
      return video && !video.copy ? video.bitrate : null;
    };
    expect(bitrate({}, {})).toBe(1613);
    expect(bitrate({}, { width: 640 })).toBe(403);
    expect(bitrate({ width: 16, height: 16 }, {})).toBe(300);
    expect(bitrate({ width: 7680, height: 4320 }, {})).toBe(8000);
    expect(bitrate({}, { bitrate: 77 })).toBe(77);
  });
});

describe('what ffprobe lists', () => {
  it('is read without cover art', () => {
    const cover = { ...picture, index: 2, disposition: { attached_pic: 1 } };
    expect(tracks(cover, sound)).toEqual({ video: null, audio: { index: 1, codec: 'opus' } });
    expect(tracks({ codec_type: 'subtitle' })).toEqual({ video: null, audio: null });
  });

  it.each(['', '{}', 'null', '{"streams":{}}'])('is refused when it is %j', (json) => {
    expect(() => readTracks(json)).toThrow();
  });

  it('may say anything of a stream', () => {
    const odd = readTracks('{"streams":[{"codec_type":"video","width":"x","avg_frame_rate":"0/0"},null,7]}');
    expect(odd.video).toMatchObject({ width: 0, frameRate: 0, codec: '' });
  });
});

describe('the pacer', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const frame = (time: number) => ({ kind: 'video' as const, key: true, time, data: new Uint8Array(1) });

  it('gives frames in their time, however they come', () => {
    const given: [number, number][] = [];
    const start = performance.now();
    const pacer = new Pacer(({ time }) => given.push([time, performance.now() - start]));
    for (const time of [1000, 1040, 1080]) pacer.add(frame(time));
    vi.advanceTimersByTime(250);
    expect(given).toEqual([
      [1000, 200],
      [1040, 240],
    ]);
    vi.advanceTimersByTime(1000);
    pacer.add(frame(1120));
    vi.advanceTimersByTime(0);
    expect(given.at(-1)).toEqual([1120, 1250]);
  });

  it('says when it has given all', async () => {
    const pacer = new Pacer(() => {});
    pacer.add(frame(0));
    const drained = pacer.drained();
    await vi.advanceTimersByTimeAsync(200);
    await drained;
  });
});
