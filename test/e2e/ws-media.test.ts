import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SdkPage, type SdkStream, sdkScripts } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { makeQuadrantCamera, QUADRANTS } from '../support/camera.js';
import { descendants } from '../support/processes.js';
import { Stage, showServerOnFailure } from '../support/stage.js';
import { mseRecords, WsMediaPlayer } from '../support/ws-media-player.js';

const CAMERA = { constraints: { audio: true, video: { width: 640, height: 360 } } };
const sdk = dirname(createRequire(import.meta.url).resolve('@flashphoner/websdk/package.json'));
const workers = join(sdk, 'examples', 'demo', 'dependencies', 'websocket-player');
/** Workers must come from the page's own server. */
const FILES = {
  '/WSReceiver2.js': join(workers, 'WSReceiver2.js'),
  '/video-worker2.js': join(workers, 'video-worker2.js'),
};
/** How long a picture may take to be right, and sound to be heard, on a machine that has other things to do, ms. */
const PATIENCE = 20_000;

let stage: Stage | undefined;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-camera-'));
  const camera = join(folder, 'quadrants.mjpeg');
  await makeQuadrantCamera(camera, 640, 360);
  const scripts = (httpUrl: string) => ['/ws-media-driver.js', ...sdkScripts(httpUrl)];
  stage = await Stage.open({ scripts, files: FILES, chromium: { camera } });
  browser = stage.chromium;
  const publisher = await stage.connect(browser);
  await publisher.publishing('h264', CAMERA);
  await publisher.publishing('vp8', { ...CAMERA, stripCodecs: 'H264' });
});

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

showServerOnFailure(() => stage?.server);

function open(provider: string): Promise<SdkPage> {
  return stage!.connect(browser, { init: { preferredMediaProviders: [provider] } });
}

async function look<T>({ page, key }: SdkStream, method: string, ...more: unknown[]): Promise<T> {
  const list = [key, ...more].map((one) => JSON.stringify(one)).join(', ');
  return JSON.parse(await page.tab.evaluate(`wsMedia.${method}(${list}).then(JSON.stringify)`)) as T;
}

/** Waits until a stream shows what the camera does. */
async function expectPicture(stream: SdkStream): Promise<void> {
  const { near, seen } = await look<{ near: boolean; seen: number[][] | null }>(
    stream,
    'waitForQuadrants',
    QUADRANTS,
    PATIENCE,
  );
  expect(near, `the quadrants are ${JSON.stringify(seen)}`).toBe(true);
}

async function expectStops(stream: SdkStream): Promise<void> {
  expect((await stream.waitFor('RESIZE')).size).toEqual({ width: 640, height: 360 });
  await stream.stop();
  await stream.waitFor('STOPPED');
}

describe('in Chromium', () => {
  it('MSE plays H264 and VP8 with sound, in one page', async () => {
    const page = await open('MSE');
    for (const name of ['h264', 'vp8']) {
      const stream = await page.playing(name);
      await expectPicture(stream);
      const { seconds, audioBytes } = await look<{ seconds: number; audioBytes: number }>(
        stream,
        'played',
        1,
        PATIENCE,
      );
      expect(seconds, name).toBeGreaterThanOrEqual(1);
      expect(audioBytes, name).toBeGreaterThan(0);
      await expectStops(stream);
    }
    await page.close();
  });

  it('WSPlayer plays H264 and VP8 with sound, on one socket', async () => {
    const page = await open('WSPlayer');
    for (const name of ['h264', 'vp8']) {
      const stream = await page.playing(name);
      await expectPicture(stream);
      expect(await look<number>(stream, 'loudest', 0.01, PATIENCE), name).toBeGreaterThan(0.01);
      await expectStops(stream);
    }
    await page.close();
  });
});

describe('on sockets alone', () => {
  const VIDEO_CONFIGURATION = '1700';

  it('20 MSE players of one stream begin with what there is, and have one encoder of sound', async () => {
    const { wsUrl, program } = stage!.server;
    const first = await WsMediaPlayer.play(wsUrl, 'h264', 'MSE');
    await expect.poll(() => spanOf(first), { timeout: PATIENCE }).toBeGreaterThan(2300);
    const others = await Promise.all(
      Array.from({ length: 19 }, () => WsMediaPlayer.play(wsUrl, 'h264', 'MSE')),
    );
    for (const player of others) {
      // The SDK begins when it has more than two seconds: they are in the first message.
      const [start] = await player.received(1);
      const records = mseRecords(start!.data).filter(({ kind }) => kind === 'video');
      expect(records[0]!.payload.subarray(0, 2).toString('hex')).toBe(VIDEO_CONFIGURATION);
      expect(records.at(-1)!.time - records[0]!.time).toBeGreaterThan(1900);
    }
    const encoders = descendants(program.pid!).filter(({ command }) => / aac /.test(command));
    expect(encoders).toHaveLength(1);
    for (const player of [first, ...others]) player.close();
  });

  it('what makes them dies: the player is told, and the next one plays', async () => {
    const { wsUrl, program } = stage!.server;
    const player = await WsMediaPlayer.play(wsUrl, 'h264', 'MSE');
    const egress = descendants(program.pid!).find(({ command }) => command.includes('egress-process'));
    process.kill(egress!.pid, 'SIGKILL');
    const { first } = await player.client.status(player.id, ['FAILED']);
    expect(first.info).toBe('Failed by error');
    (await WsMediaPlayer.play(wsUrl, 'h264', 'MSE')).close();
    player.close();
  });
});

/** How much time of the picture a player of MSE has got, ms. */
function spanOf({ messages }: WsMediaPlayer): number {
  const times = messages.flatMap(({ data }) =>
    mseRecords(data).flatMap(({ kind, time }) => (kind === 'video' ? [time] : [])),
  );
  return (times.at(-1) ?? 0) - (times[0] ?? 0);
}
