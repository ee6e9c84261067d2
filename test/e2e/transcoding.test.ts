import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SdkPage, SdkStream } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { childrenNamed } from '../support/children.js';
import { CAMERA_640, expectGrowth } from '../support/core-case.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const SMALL = { constraints: { audio: true, video: { width: 320, height: 180 } } };
const FULL_SIZE_MS = 40_000;

interface SnapshotEvent {
  readonly type: string;
  readonly payload: { readonly snapshot?: string; readonly info?: string };
}

describe('transcoding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  let stage: Stage | undefined;
  let chromium: Browser;
  let firefox: Browser;
  let publisher: SdkPage;
  let player: SdkPage;

  beforeAll(async () => {
    // Red, so that it is known which colour a picture of it has.
    const camera = join(folder, 'red.mjpeg');
    const input = ['-loglevel', 'error', '-f', 'lavfi', '-i', 'color=red:size=640x360:rate=30:duration=2'];
    execFileSync('ffmpeg', [...input, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-y', camera]);
    stage = await Stage.open({ inNamespace: true, chromium: { camera }, firefox: true });
    ({ chromium, firefox } = stage);
    publisher = await stage.connect(chromium);
    player = await stage.connect(chromium);
    const published = await publisher.publishing('camera', CAMERA_640);
    expect((await published.stats()).outbound.video!.codec).toBe('video/H264');
  });

  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  showServerOnFailure(() => stage?.server);

  const transcoders = () => childrenNamed(stage!.server.program.pid!, 'ffmpeg');

  /** From the first decoded picture on: Firefox's video element can say that it paints seconds before. */
  async function expectFlowing(stream: SdkStream, seconds: number) {
    const decoded = async () => (await stream.stats()).inbound.video?.framesDecoded ?? 0;
    await vi.waitFor(async () => expect(await decoded()).toBeGreaterThan(0), 15_000);
    const samples = await stream.sample(seconds);
    expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
    expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
    return samples.at(-1)!;
  }

  it('gives Firefox without H.264 the picture as VP8, and the sound as it is', async () => {
    const page = await stage!.connect(firefox);
    const played = await page.playing('camera');
    await played.firstFrame();
    const { inbound } = await expectFlowing(played, 2);
    expect([inbound.video!.codec, inbound.audio!.codec]).toEqual(['video/VP8', 'audio/opus']);
    await played.stop();
    await page.close();
  });

  it('gives a player the size it asks for, one ffmpeg to all who want it, and goes on when that dies', async () => {
    const first = await player.playing('camera', SMALL);
    await first.firstFrame();
    const second = await (await stage!.connect(chromium)).playing('camera', SMALL);
    await second.firstFrame();
    expect(await first.reachWidth(320, FULL_SIZE_MS)).toEqual({ width: 320, height: 180 });
    await first.waitFor('RESIZE');
    expect((await first.statuses()).findLast(({ status }) => status === 'RESIZE')?.size).toEqual({
      width: 320,
      height: 180,
    });
    await expectFlowing(first, 1);
    await vi.waitFor(() => expect(transcoders().length).toBe(1), 5000);
    const [victim] = transcoders();
    process.kill(victim!, 'SIGKILL');
    await vi.waitFor(() => expect(transcoders().some((pid) => pid !== victim)).toBe(true), 10_000);
    const before = (await second.stats()).inbound.video!.framesDecoded!;
    await vi.waitFor(
      async () => expect((await second.stats()).inbound.video!.framesDecoded!).toBeGreaterThan(before + 10),
      10_000,
    );
    expect((await second.stats()).inbound.video!.codec).toBe('video/H264');
    await first.stop();
    expect(transcoders().length).toBe(1);
    await second.stop();
    await vi.waitFor(() => expect(transcoders()).toEqual([]), 10_000);
  });

  it('makes a snapshot, as large and of the colour that the camera sees', async () => {
    const watched = await player.playing('camera');
    expect(await watched.reachWidth(640, FULL_SIZE_MS)).toEqual({ width: 640, height: 360 });
    const { type, payload } = await player.call<SnapshotEvent>('snapshot', 'camera', 15_000);
    expect(type).toBe('snapshotCompleted');
    const png = Buffer.from(payload.snapshot!, 'base64');
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 360]);
    const path = join(folder, 'picture.png');
    writeFileSync(path, png);
    const one = ['-vf', 'scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
    const [red = 0, green = 0, blue = 0] = execFileSync('ffmpeg', ['-loglevel', 'error', '-i', path, ...one]);
    expect(red).toBeGreaterThan(180);
    expect(Math.max(green, blue)).toBeLessThan(70);
  });

  it('says why there is no snapshot', async () => {
    const { type, payload } = await player.call<SnapshotEvent>('snapshot', 'nothing', 15_000);
    expect([type, payload.info]).toEqual(['snapshotFailed', 'Session does not exist']);
  });
});
