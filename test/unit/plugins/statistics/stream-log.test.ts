import { expect, test } from 'vitest';
import { LiveMedia } from '../../../../src/plugins/statistics/live-media.js';
import { logStreams } from '../../../../src/plugins/statistics/stream-log.js';
import { makeSources, rate } from './support.js';

function setUp() {
  const made = makeSources();
  const { service, sources } = made;
  logStreams(new LiveMedia(service, sources.clock), sources.log, sources.clock);
  return made;
}

test('a stream is told of when it starts, and how it was when it ends', async () => {
  const { state, publish } = setUp();
  const publisher = await publish();
  state.now = 120;
  publisher.onStarted();
  for (let second = 1; second <= 4; second += 1) publisher.onRate(rate(second, {}, { lost: second * 10 }));
  state.now = 4120;
  publisher.onFailed('rtp-activity');
  const who = { mediaSession: 'pub-1', stream: 'cam', remoteAddress: '127.0.0.1', appKey: 'defaultApp' };
  expect(state.log).toMatchObject([
    { level: 'info', msg: 'publishing started', ...who, audio: 'opus', video: 'H264', afterMs: 120 },
    {
      level: 'info',
      msg: 'publishing ended',
      ...who,
      status: 'FAILED',
      info: 'Failed by RTP activity',
      seconds: 4,
      bytes: 400_000,
      kbps: 800,
      packets: 400,
      lost: 40,
      lostPercent: 9.09,
    },
  ]);
});

test('one that never started is told of with the reason, and not without end', async () => {
  const { state, play } = setUp();
  for (let count = 0; count < 150; count += 1)
    await play({ mediaSessionId: `play-${count}`, name: 'nobody' }).catch(() => {});
  expect(state.log).toHaveLength(100);
  expect(state.log[0]).toMatchObject({
    msg: 'playing failed before it started',
    stream: 'nobody',
    info: 'Session does not exist',
  });
  state.now = 10_000;
  await play({ mediaSessionId: 'again', name: 'nobody' }).catch(() => {});
  expect(state.log[100]).toMatchObject({ mediaSession: 'again', untold: 50 });
});

test('what a client makes up is cut', async () => {
  const { state, play } = setUp();
  await play({ mediaSessionId: 'i'.repeat(5000), name: 'n'.repeat(5000) }).catch(() => {});
  expect(state.log).toMatchObject([{ mediaSession: 'i'.repeat(256), stream: 'n'.repeat(256) }]);
});
