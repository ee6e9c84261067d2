import { expect, test } from 'vitest';
import { Clients } from '../../../../src/plugins/statistics/clients.js';
import { liveFigures } from '../../../../src/plugins/statistics/live-figures.js';
import { LiveMedia } from '../../../../src/plugins/statistics/live-media.js';
import { makeSources, rate } from './support.js';

function start() {
  const made = makeSources();
  const { service, sources } = made;
  const live = new LiveMedia(service, sources.clock);
  return { ...made, live, figures: liveFigures(live, new Clients(), sources) };
}

test('the last second of a publisher and of a player', async () => {
  const { figures, service, publish, play, state } = start();
  const publisher = await publish();
  state.now += 250;
  publisher.onStarted();
  const player = await play();
  player.onStarted();
  const [publication] = [...figures.published()];
  const viewer = [...service.all()].find(({ published }) => !published)!;
  expect(figures.figures(publication!)).toEqual({
    startedAt: 1_700_000_000_250,
    ...{ bitrate: null, estimate: null, loss: null, roundTrip: null, fps: null, nack: null, pli: null },
  });

  publisher.onRate(rate(1));
  publisher.onRate(rate(2, { nack: 4, pli: 1 }, { lost: 25 }));
  expect(figures.figures(publication!)).toEqual({
    startedAt: 1_700_000_000_250,
    ...{ bitrate: 800_000, estimate: null, loss: 0.2, roundTrip: null, fps: 30, nack: 4, pli: 1 },
  });
  player.onRate(rate(1, { outgoing: { bitrate: 700_000, estimate: 0, lossRate: 0.5 } }, { roundTrip: 40 }));
  expect(figures.figures(viewer)).toMatchObject({
    ...{ bitrate: 700_000, estimate: null, loss: 0.5, roundTrip: 40 },
  });
  expect(figures.processOf(viewer)).toBe('media 0');
});

test('a player over a WebSocket, of whom little is known', async () => {
  const { figures, publish, play, service } = start();
  (await publish()).onStarted();
  const player = await play();
  player.onStarted();
  player.onRate(rate(1, { totals: undefined, videoRate: 5000 }));
  const viewer = [...service.all()].find(({ published }) => !published)!;
  expect(figures.figures(viewer)).toMatchObject({ bitrate: 5000, loss: null, roundTrip: null });
});

test('nothing of what has not begun, or has ended', async () => {
  const { figures, publish, service } = start();
  const publisher = await publish();
  const [pending] = [...service.all()];
  expect([figures.figures(pending!), [...figures.published()]]).toEqual([null, []]);
  publisher.onStarted();
  expect([...figures.published()]).toEqual([pending]);
  publisher.onFailed('ice-timeout');
  expect([figures.figures(pending!), [...figures.published()], figures.processOf(pending!)]).toEqual([
    null,
    [],
    null,
  ]);
});
