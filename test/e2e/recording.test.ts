import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPageServer } from '../support/browser/page-server.js';
import type { SdkPage } from '../support/browser/sdk-page.js';
import type { Tab } from '../support/browser/tab.js';
import { played } from '../support/recording/played.js';
import { decodeErrors, probe } from '../support/recording/probe.js';
import { fetchRecord, recordOf, recordsBegun, recordsIn } from '../support/recording/records.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const folder = mkdtempSync(join(tmpdir(), 'recordings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const camera = (width: number, height: number) => ({
  constraints: { audio: true, video: { width, height } },
});
const seconds = 3;

let stage: Stage | undefined;
let records: string;
/** Where recordings are played. */
let player: Tab;

beforeAll(async () => {
  const flags = ['--recording-key-frame-interval', '2000'];
  stage = await Stage.open({ inNamespace: true, chromium: {}, firefox: true, flags });
  records = join(stage.server.dataDir, 'records');
  player = await stage.chromium.newTab();
  await player.goto(stage.pagesUrl);
});

afterAll(() => stage?.close());

showServerOnFailure(() => stage?.server);

/** Begins what is recorded, and waits until it is. @returns what it resolves with, and the new recording's name */
async function begun<T>(begin: () => Promise<T>): Promise<{ started: T; name: string }> {
  const before = recordsIn(records);
  const started = await begin();
  await recordsBegun(records, before.length + 1);
  return { started, name: recordsIn(records).find((name) => !before.includes(name))! };
}

/** Looks at what has been recorded. @param long how long it may be, s */
async function recorded(name: string, long: number) {
  const { path, type } = await fetchRecord(stage!.server, name, folder);
  const { streams, duration, times, complaints } = await probe(path);
  expect(complaints).toBe('');
  expect(await decodeErrors(path)).toBe('');
  expect(duration).toBeGreaterThan(seconds - 0.5);
  expect(duration).toBeLessThan(long + 1);
  return { path, type, codecs: streams.map(({ codec_name }) => codec_name), times };
}

describe('recordings of Chromium with the real Web SDK', () => {
  let page: SdkPage;

  beforeAll(async () => {
    page = await stage!.connect(stage!.chromium);
  });

  it('hold what was published, in the codecs it was published in', async () => {
    const small = { ...camera(320, 180), record: true };
    const from = performance.now();
    const resized = await page.publishing('resized', { ...camera(640, 360), record: true });
    const streams = {
      resized,
      h264: await page.publishing('h264', { ...small, stripCodecs: 'VP8,VP9,AV1' }),
      vp8: await page.publishing('vp8', { ...small, stripCodecs: 'H264,VP9,AV1' }),
      audio: await page.publishing('audio', { constraints: { audio: true, video: false }, record: true }),
      video: await page.publishing('video', {
        constraints: { audio: false, video: { width: 320, height: 180 } },
        record: true,
      }),
      not: await page.publishing('not', { constraints: { audio: true, video: false } }),
    };
    await recordsBegun(records, 5);
    await page.call('constrain', resized.key, { width: 320, height: 180 });
    await streams.video.sample(seconds);
    const expected = {
      h264: { codecs: ['h264', 'opus'], type: 'video/mp4' },
      vp8: { codecs: ['vp8', 'opus'], type: 'video/webm' },
      audio: { codecs: ['opus'], type: 'audio/mp4' },
      video: { codecs: ['h264'], type: 'video/mp4' },
      resized: { codecs: ['h264', 'opus'], type: 'video/mp4' },
    };
    // All at once: the encoders would slow down what follows.
    const names = await Promise.all(
      Object.keys(expected).map((name) => recordOf(streams[name as keyof typeof streams])),
    );
    const long = (performance.now() - from) / 1000;
    const check = async (
      [name, { codecs, type }]: [string, { codecs: string[]; type: string }],
      index: number,
    ) => {
      const record = await recorded(names[index]!, long);
      expect({ name, codecs: record.codecs, type: record.type }).toEqual({ name, codecs, type });
      const shown = await played(player, record.path);
      expect(shown).toMatchObject({ error: null });
      expect(shown.audioBytes > 0).toBe(codecs.includes('opus'));
      expect(shown.frames > 0).toBe(name !== 'audio');
      if (name === 'resized') expect(shown.widths.filter((width) => width > 0).at(-1)).toBe(320);
    };
    await Promise.all(Object.entries(expected).map(check));
    await streams.not.stop();
    await streams.not.waitFor('UNPUBLISHED');
    expect(await streams.not.recordInfo()).toBeNull();
  }, 90_000);

  it('are served in parts, while they are written and afterwards', async () => {
    const { started: stream, name } = await begun(() =>
      page.publishing('in-parts', { ...camera(320, 180), record: true }),
    );
    await stream.sample(2);
    const { path } = await fetchRecord(stage!.server, name, folder);
    expect(await decodeErrors(path)).toBe('');
    expect(await recordOf(stream)).toBe(name);
    const url = new URL(`/client/records/${name}`, stage!.server.httpUrl);
    const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const part = await fetch(url, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${whole.length}`);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(100, 200));
    for (const path of ['/client/records/', '/client/records/..%2fdebug', `/client/records/.${name}`])
      expect((await fetch(new URL(path, stage!.server.httpUrl))).status).toBe(404);
  });
});

const sdk = dirname(createRequire(import.meta.url).resolve('@flashphoner/websdk/package.json'));
const demo = '/examples/demo/streaming/stream_recording';
const demoFiles = [
  ...['recording.html', 'recording.js', 'recording.css'].map((name) => `${demo}/${name}`),
  ...['jquery/jquery-1.12.0.js', 'js/utils.js', 'bootstrap/js/bootstrap.js', 'media/preloader.mp4'].map(
    (name) => `/examples/demo/dependencies/${name}`,
  ),
  '/flashphoner.js',
];

describe('the demo of the SDK that records', () => {
  it('shows a link to its recording, and plays it', async () => {
    const { httpUrl, wsUrl } = stage!.server;
    const files = Object.fromEntries(demoFiles.map((path) => [path, join(sdk, path)]));
    // It takes the recordings from where its page is, as WCS has both.
    const pages = await startPageServer([], files, { '/client/records/': httpUrl });
    const tab = await stage!.chromium.newTab();
    await tab.goto(`${pages.url}${demo}/recording.html`);
    const status = (wanted: string) =>
      expect.poll(() => tab.evaluate(`$('#status').text()`), { timeout: 15_000 }).toBe(wanted);
    await begun(async () => {
      await tab.evaluate(`$('#url').val('${wsUrl}/demo'), $('#publishBtn').trigger('click'), true`);
      await status('PUBLISHING');
    });
    await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, 2000))`);
    await tab.evaluate(`$('#publishBtn').trigger('click'), true`);
    await status('UNPUBLISHED');
    const link = await tab.evaluate<string>(`$('#link').attr('href')`);
    expect(link).toMatch(/\/client\/records\/stream-[\w-]+\.mp4$/);
    expect((await fetch(link)).headers.get('content-type')).toBe('video/mp4');
    const played = `(async () => {
      const video = document.querySelector('#recVideo');
      await video.play();
      await new Promise((resolve) => { video.onended = resolve; });
      return { width: video.videoWidth, duration: video.duration };
    })()`;
    const { width, duration } = await tab.evaluate<{ width: number; duration: number }>(played);
    expect(width).toBeGreaterThan(0);
    expect(duration).toBeGreaterThan(1);
    await pages.close();
  });
});

describe('recordings of Firefox with the real Web SDK', () => {
  it('hold what was published, and play in Chromium', async () => {
    const page = await stage!.connect(stage!.firefox);
    const from = performance.now();
    const { started: stream } = await begun(() =>
      page.publishing('firefox', { ...camera(320, 240), record: true }),
    );
    await stream.sample(seconds);
    const name = await recordOf(stream);
    const { codecs, type, path } = await recorded(name, (performance.now() - from) / 1000);
    expect({ codecs, type }).toEqual({ codecs: ['vp8', 'opus'], type: 'video/webm' });
    const shown = await played(player, path);
    expect(shown).toMatchObject({ error: null });
    expect(Math.min(shown.frames, shown.audioBytes)).toBeGreaterThan(0);
  });
});
