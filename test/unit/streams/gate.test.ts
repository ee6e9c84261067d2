import { expect, test } from 'vitest';
import { type Gate, gateOf, type Verdict } from '../../../src/streams/index.js';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

const query = { kind: 'query', streamName: 'x' } as const;

function saying(verdict: Verdict, asked: string[] = [], name = ''): Gate {
  return {
    check: async () => {
      asked.push(name);
      return verdict;
    },
  };
}

test('gates are asked one after another until one refuses; the last change of a field counts', async () => {
  const asked: string[] = [];
  const refusing = [saying(null, asked, 'a'), saying('no', asked, 'b'), saying(null, asked, 'c')];
  expect(await gateOf(refusing).check(makeSession(), query)).toBe('no');
  expect(asked).toEqual(['a', 'b']);
  const changing = [saying({ name: '1', width: 2 }), saying(null), saying({ name: '3' })];
  expect(await gateOf(changing).check(makeSession(), query)).toEqual({ name: '3', width: 2 });
  expect(await gateOf([saying(null)]).check(makeSession(), query)).toBeNull();
  expect(await gateOf([]).check(makeSession(), query)).toBeNull();
});

test('a publication has the name and bitrate that the gate says, and is found under that name', async () => {
  const gate: Gate = { check: async () => ({ name: 'other', maxBitrate: 500 }) };
  const { service, plane } = makeService({ gate });
  await service.publish(makeSession(), publishRequest());
  expect(plane.last().tracks.find(({ kind }) => kind === 'video')?.maxBitrate).toBe(614_000);
  plane.last().listener.onStarted();
  expect([service.published('cam'), service.published('other')?.request.maxBitrate]).toEqual([null, 500]);
});

test('a name that the gate says is checked as any other', async () => {
  for (const name of ['', 'x'.repeat(17)]) {
    const { service, log } = makeService({ gate: { check: async () => ({ name }) } });
    await service.play(makeSession(), playRequest());
    expect(log).toEqual(['play-1 FAILED (Stream not found)']);
  }
});
