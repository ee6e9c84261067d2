import { expect, test } from 'vitest';
import { LiveMedia, lossOf } from '../../../../src/plugins/statistics/live-media.js';
import { makeSources, rate } from './support.js';

function setUp() {
  const made = makeSources();
  const { state, service } = made;
  const live = new LiveMedia(service, () => state.now);
  return { ...made, live };
}

test('knows what is published and played from its first media to its end, however the wall clock is set', async () => {
  const { state, live, publish, play } = setUp();
  const events: string[] = [];
  live.on('started', ({ mediaSession, joinTime }) => events.push(`${mediaSession.id} started ${joinTime}`));
  live.on('ended', ({ mediaSession }) => events.push(`${mediaSession.id} ended`));
  live.on('refused', ({ id, info }) => events.push(`${id} refused: ${info}`));
  const publisher = await publish();
  expect(live.counts).toEqual({ published: 0, played: 0 });
  state.now += 250;
  state.wall += 3_600_000;
  publisher.onStarted();
  const player = await play();
  state.now += 120;
  state.wall -= 7_200_000;
  player.onStarted();
  expect(live.counts).toEqual({ published: 1, played: 1 });
  await play({ mediaSessionId: 'play-2', name: 'nobody' });
  publisher.onFailed('rtp-activity');
  expect(live.counts).toEqual({ published: 0, played: 0 });
  expect(live.find('cam')).toBeUndefined();
  expect(events).toEqual([
    'pub-1 started 250',
    'play-1 started 120',
    'play-2 refused: Session does not exist',
    'pub-1 ended',
    'play-1 ended',
  ]);
});

test('a name that is taken does not hide who has it', async () => {
  const { live, publish } = setUp();
  const publisher = await publish();
  publisher.onStarted();
  await publish({ mediaSessionId: 'pub-2' });
  expect(live.find('cam')?.mediaSession.id).toBe('pub-1');
});

test('says what each second adds, and what the last ten have', async () => {
  const { live, publish } = setUp();
  const growths: number[] = [];
  live.on('rate', (_live, _rate, { packets }) => growths.push(packets));
  const publisher = await publish();
  publisher.onStarted();
  const cam = live.find('cam');
  expect(cam?.recent).toBeNull();
  for (let second = 1; second <= 20; second += 1) publisher.onRate(rate(second, { nack: second * 2 }));
  expect(growths).toEqual(Array(20).fill(100));
  expect(cam?.recent).toEqual({
    seconds: 10,
    growth: expect.objectContaining({ packets: 1000, bytes: 1_000_000, nack: 20, keyFrames: 10 }),
  });
  expect(cam?.bitrate).toBe(800_000);
});

test('counters that begin anew, or shrink, add nothing', async () => {
  const { live, publish } = setUp();
  const lost: number[] = [];
  live.on('rate', (_live, _rate, growth) => lost.push(growth.lost));
  const publisher = await publish();
  publisher.onStarted();
  for (const total of [10, 4, 4, 6]) publisher.onRate(rate(1, {}, { lost: total }));
  expect(lost).toEqual([10, 0, 0, 2]);
  expect(live.find('cam')?.lost).toBe(12);
});

test('a player cannot claim to have lost more than it was sent', async () => {
  const { live, publish, play } = setUp();
  const lost: number[] = [];
  live.on('rate', (_live, _rate, growth) => lost.push(growth.lost));
  (await publish()).onStarted();
  const player = await play();
  player.onStarted();
  player.onRate(rate(1, {}, { lost: 0x7f_ffff }));
  expect(lost).toEqual([100]);
});

test('a way to play that has no totals is no fault', async () => {
  const { live, publish } = setUp();
  const publisher = await publish();
  publisher.onStarted();
  publisher.onRate({ videoRate: 5, fps: 1, nack: 0, pli: 0, lostPackets: 0 });
  expect(live.find('cam')?.bitrate).toBe(5);
  expect(live.find('cam')?.totals.packets).toBe(0);
});

test('loss is of all that was sent', () => {
  const published = { published: true } as Parameters<typeof lossOf>[0];
  const played = { published: false } as Parameters<typeof lossOf>[0];
  expect(lossOf(published, 90, 10)).toBe(0.1);
  expect(lossOf(played, 100, 10)).toBe(0.1);
  expect(lossOf(played, 10, 100)).toBe(1);
  expect(lossOf(played, 0, 0)).toBe(0);
});
