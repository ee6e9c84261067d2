import { expect, test } from 'vitest';
import { processFigures, startBoard, startedAt } from './support.js';

test('adds up what there is of each stream and of the server', () => {
  const { sources, sampler, step } = startBoard();
  sources.publish('a', { bitrate: 2_000_000, roundTrip: 30, loss: 0.01234567 });
  sources.publish('b', { bitrate: null, loss: null, fps: null });
  sources.play('a', { bitrate: 500_000, loss: 0.5, roundTrip: 20 });
  sources.play('a', { bitrate: 700_000, loss: 0, roundTrip: 41 });
  const pending = sources.play('a');
  sources.all.delete(pending);
  sources.play('b', { bitrate: null, loss: null });
  sources.marks.add('pub-1');
  sources.running = [processFigures(), processFigures({ name: 'media 0', cpu: null, load: 0.5 })];
  step();
  expect(sampler.streams.get('a')).toMatchObject({
    startedAt,
    point: {
      ...{ incoming: 2_000_000, outgoing: 1_200_000, fps: 30, publisherLoss: 0.0123, viewerLoss: 0.25 },
      ...{ rtt: 30, viewerRtt: 31, viewers: 2 },
    },
  });
  expect(sampler.streams.get('b')?.point).toEqual({
    ...{ incoming: null, outgoing: 0, fps: null, publisherLoss: null, viewerLoss: null },
    ...{ rtt: null, viewerRtt: null, viewers: 1 },
  });
  expect(sampler.server).toMatchObject({
    ...{ sessions: 3, streams: 2, viewers: 3, recordings: 1, incoming: 2_000_000, outgoing: 1_200_000 },
    cpu: 0.123,
    processes: [{ cpu: 0.123 }, { cpu: null, load: 0.5 }],
  });
  sources.running = [];
  step();
  expect(sampler.server).toMatchObject({ cpu: null, processes: [] });
});

test('a step a second, with holes where nobody looked', () => {
  const { sources, sampler, step } = startBoard();
  sources.publish('a');
  step();
  step(1300);
  step(3100);
  expect(sampler.past.read().streams).toEqual([1, 1, null, null, 1]);
  sources.publish('b');
  step(2000);
  expect(sampler.streams.get('a')?.past?.read().viewers).toEqual([0, 0, null, null, 0, null, 0]);
  expect(sampler.streams.get('b')?.past?.read().viewers).toEqual([0]);
  // A clock that stands still, or two looks at once, are steps all the same.
  step(0);
  expect(sampler.past.read().streams).toHaveLength(8);
});

test('another stream of the same name has a past of its own', () => {
  const { sources, sampler, step } = startBoard();
  const first = sources.publish('a');
  step();
  step();
  sources.end(first);
  sources.publish('a');
  step();
  expect(sampler.streams.get('a')?.past?.size).toBe(1);
  sources.end(sources.streams[0]!);
  step();
  expect(sampler.streams.size).toBe(0);
});

test('no more pasts than there is room for, and one again when there is', () => {
  const { sources, sampler, step } = startBoard();
  for (let index = 0; index < 1001; index += 1) sources.publish(`s${index}`);
  step();
  const pasts = () => [...sampler.streams.values()].filter(({ past }) => past !== null).length;
  expect([pasts(), sampler.streams.get('s1000')?.past]).toEqual([1000, null]);
  expect(sampler.streams.get('s999')?.past?.memory).toBe(9600);
  sources.end(sources.streams[0]!);
  step();
  expect([pasts(), sampler.streams.get('s1000')?.past?.size]).toEqual([1000, 1]);
});
