import { expect } from 'vitest';
import type { SdkPage, StreamOptions, StreamStats } from './browser/sdk-page.js';

/** Camera and microphone as the core case asks for them. */
export const CAMERA_640 = { constraints: { audio: true, video: { width: 640, height: 360 } } } as const;

/** For what does not depend on the size: it leaves the machine more of its time. */
export const CAMERA_320 = { constraints: { audio: true, video: { width: 320, height: 180 } } } as const;

const OBSERVED_SECONDS = 5;
const FIRST_FRAME_MS = 1000;
// Encoders begin smaller and grow to the size that was asked for with their bandwidth estimate.
const FULL_SIZE_MS = 40_000;

/**
 * The whole way: `publisher` publishes 640×360, `player` plays it: the first frame within 1 s of play(), video and
 * audio flowing in every one of 5 seconds, the size announced and shown.
 *
 * @param codec the MIME type that the player must receive, e.g. 'video/VP8'
 */
export async function expectPublishAndPlay(
  publisher: SdkPage,
  player: SdkPage,
  name: string,
  codec: string,
  publishOptions: StreamOptions = {},
): Promise<void> {
  const published = await publisher.publishing(name, { ...CAMERA_640, ...publishOptions });
  const played = await player.play(name);
  const firstFrameMs = await played.firstFrame();
  await played.waitFor('PLAYING');

  const samples = await played.sample(OBSERVED_SECONDS);
  expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
  expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
  expect(samples.at(-1)!.inbound.video!.codec).toBe(codec);
  expect(samples.at(-1)!.inbound.audio!.codec).toBe('audio/opus');
  expect(await played.reachWidth(640, FULL_SIZE_MS)).toEqual({ width: 640, height: 360 });
  const resized = (await played.statuses()).filter(({ status }) => status === 'RESIZE');
  expect(resized.at(-1)?.size).toEqual({ width: 640, height: 360 });
  expect(firstFrameMs).toBeLessThan(FIRST_FRAME_MS);

  await played.stop();
  expect((await played.waitFor('STOPPED')).info).toBe('Stopped by user');
  await published.stop();
  expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
}

/** A counter that is larger in every sample than in the one before it. */
export function expectGrowth(
  what: string,
  samples: readonly StreamStats[],
  counter: (stats: StreamStats) => number | undefined,
): void {
  const values = samples.map((stats) => counter(stats) ?? 0);
  for (let index = 1; index < values.length; index++) {
    expect(values[index], `${what} second by second: ${values.join(', ')}`).toBeGreaterThan(
      values[index - 1]!,
    );
  }
}
