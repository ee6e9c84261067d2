import { expect } from 'vitest';
import type { StreamOptions, StreamStats } from './browser/sdk-page.js';
import type { Pages } from './pair.js';

/** Camera and microphone as the core case asks for them. */
export const CAMERA_640 = { constraints: { audio: true, video: { width: 640, height: 360 } } } as const;

/** For what does not depend on the size: it leaves the machine more of its time. */
export const CAMERA_320 = { constraints: { audio: true, video: { width: 320, height: 180 } } } as const;

const OBSERVED_SECONDS = 5;
const FIRST_FRAME_MS = 1000;
// Encoders begin smaller and grow to the size that was asked for with their bandwidth estimate.
const FULL_SIZE_MS = 40_000;

/** Who publishes what to whom; `codec`: the MIME type that the player must receive. */
export interface CoreCase extends Pages {
  readonly name: string;
  /** E.g. 'video/VP8'. */
  readonly codec: string;
  readonly publishOptions?: StreamOptions;
}

/**
 * The whole way: `publisher` publishes 640×360, `player` plays it: the first frame within 1 s of play(), video and
 * audio flowing in every one of 5 seconds, the size announced and shown. Several begin one after the other and are then
 * watched at the same time.
 */
export async function expectPublishAndPlay(...cases: readonly CoreCase[]): Promise<void> {
  const begun: (() => Promise<void>)[] = [];
  for (const one of cases) begun.push(await begin(one));
  await Promise.all(begun.map((watch) => watch()));
}

async function begin({ publisher, player, name, codec, publishOptions }: CoreCase) {
  const published = await publisher.publishing(name, { ...CAMERA_640, ...publishOptions });
  const played = await player.play(name);
  const firstFrameMs = await played.firstFrame();
  await played.waitFor('PLAYING');
  expect(firstFrameMs, name).toBeLessThan(FIRST_FRAME_MS);

  return async () => {
    const samples = await played.sample(OBSERVED_SECONDS);
    expectGrowth(`video frames of ${name}`, samples, ({ inbound }) => inbound.video?.framesDecoded);
    expectGrowth(`audio packets of ${name}`, samples, ({ inbound }) => inbound.audio?.packetsReceived);
    expect(samples.at(-1)!.inbound.video!.codec).toBe(codec);
    expect(samples.at(-1)!.inbound.audio!.codec).toBe('audio/opus');
    expect(await played.reachWidth(640, FULL_SIZE_MS), name).toEqual({ width: 640, height: 360 });
    const resized = (await played.statuses()).filter(({ status }) => status === 'RESIZE');
    expect(resized.at(-1)?.size, name).toEqual({ width: 640, height: 360 });

    await played.stop();
    expect((await played.waitFor('STOPPED')).info).toBe('Stopped by user');
    await published.stop();
    expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
  };
}

/** Both are told that the publisher has stopped. */
export async function expectStopTold({ publisher, player }: Pages): Promise<void> {
  const published = await publisher.publishing('unpublished', CAMERA_320);
  const played = await player.playing('unpublished');
  await published.stop();
  expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
  expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
}

/** Players are told within 5 s that the publisher's page has been closed. */
export async function expectClosedPageTold({ publisher, player }: Pages): Promise<void> {
  await publisher.publishing('page-closed', CAMERA_320);
  const played = await player.playing('page-closed');
  await publisher.close();
  expect((await played.waitFor('FAILED', 5000)).info).toBe('Stopped by publisher stop');
}

/**
 * A counter that grows from sample to sample. Of two seconds and more it may stand still for one: beside other tests a
 * browser may have no processor for so long. How smooth pictures are is for tests that run alone.
 */
export function expectGrowth(
  what: string,
  samples: readonly StreamStats[],
  counter: (stats: StreamStats) => number | undefined,
): void {
  const values = samples.map((stats) => counter(stats) ?? 0);
  const still = values.filter((value, index) => index > 0 && value <= values[index - 1]!);
  const most = values.length > 2 ? 1 : 0;
  expect(still.length, `${what} second by second: ${values.join(', ')}`).toBeLessThanOrEqual(most);
  expect(values.at(-1), what).toBeGreaterThan(values[0]!);
}
