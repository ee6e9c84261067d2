import { expect, test } from 'vitest';
import { ProcessWatch } from '../../../../src/plugins/statistics/process-figures.js';
import type { ProcessLoad } from '../../../../src/plugins/statistics/process-usage.js';
import { makeSources, mediaProcess } from './support.js';

const nothing = { load: null, kernelDrops: null };

test('what each process has used since it was read last', () => {
  const { state, sources } = makeSources([mediaProcess({ index: 1, pid: 71 })]);
  const usage = new Map<number, ProcessLoad>([
    [process.pid, { cpu: 10, memory: 100 }],
    [71, { cpu: 20, memory: 200 }],
    [72, { cpu: 1, memory: 300 }],
    [81, { cpu: 5, memory: 400 }],
  ]);
  const egress = { statistics: () => ({ pid: 72, streams: 0, outputs: {} }) };
  const children = [81, 82];
  const watch = new ProcessWatch(
    { ...sources, egress },
    (pid) => usage.get(pid) ?? null,
    () => children,
  );
  const first = watch.next();
  expect(first.map(({ name, pid, cpu }) => [name, pid, cpu])).toEqual([
    ['control', process.pid, null],
    ['media 1', 71, null],
    ['egress', 72, null],
    ['ffmpeg', null, 0],
  ]);

  state.now += 2000;
  usage.set(process.pid, { cpu: 10.5, memory: 101 });
  usage.set(71, { cpu: 22, memory: 201 });
  usage.set(81, { cpu: 6, memory: 401 });
  usage.set(82, { cpu: 1, memory: 500 });
  expect(watch.next()).toEqual([
    { name: 'control', pid: process.pid, cpu: 0.25, memory: 101, ...nothing },
    { name: 'media 1', pid: 71, cpu: 1, memory: 201, load: 0.25, kernelDrops: 4 },
    { name: 'egress', pid: 72, cpu: 0, memory: 300, ...nothing },
    { name: 'ffmpeg', pid: null, cpu: 1, memory: 901, ...nothing },
  ]);

  // One that replaces another begins anew, one that has gone is left out.
  state.now += 1000;
  state.processes = [mediaProcess({ index: 1, pid: 73, latest: null })];
  usage.set(73, { cpu: 0.5, memory: 1 });
  usage.delete(72);
  children.length = 0;
  expect(watch.next().slice(1)).toEqual([{ name: 'media 1', pid: 73, cpu: null, memory: 1, ...nothing }]);
});

test('a clock that stands still makes no figures', () => {
  const { sources } = makeSources();
  const watch = new ProcessWatch(sources, () => ({ cpu: 1, memory: 1 }));
  watch.next();
  expect(watch.next().map(({ cpu }) => cpu)).toEqual([null, null]);
});
