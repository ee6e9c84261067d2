import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { childrenOf, readProcessUsage } from '../../../../src/plugins/statistics/process-usage.js';
import { ServerProcesses } from '../../../../src/plugins/statistics/server-processes.js';
import { makeSources, mediaProcess } from './support.js';

/** A `/proc` with these files. */
function proc(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-proc-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const stat = (comm: string) =>
  `7 (${comm}) S 1 7 7 0 -1 4194304 900 0 0 0 250 50 30 12 20 0 5 0 1000 99 88 77\n`;
const files = {
  '7/stat': stat('node'),
  '7/status': 'Name:\tnode\nVmHWM:\t 9 kB\nVmRSS:\t  2048 kB\nThreads:\t5\n',
  '7/task/7/schedstat': '3000000000 1500000000 42\n',
  '7/task/8/schedstat': '1 500000000 1\n',
  '7/task/7/children': '12 13 ',
  '7/task/8/children': '',
};

test('reads what a process has used, whatever its name', () => {
  const usage = { cpu: 3, endedChildren: 0.42, runDelay: 2, memory: 2 * 1024 * 1024, threads: 5 };
  expect(readProcessUsage(7, proc(files))).toEqual(usage);
  expect(readProcessUsage(7, proc({ ...files, '7/stat': stat('a) R 1 (b') }))).toEqual(usage);
  expect(childrenOf(7, proc(files))).toEqual([12, 13]);
});

test('a process that has gone, or files that are none, are no figures', () => {
  expect(readProcessUsage(8, proc(files))).toBeNull();
  expect(
    readProcessUsage(7, proc({ ...files, '7/stat': '7 (node) S 1 7 7 0 -1 4 9 0 0 0 x y z w' })),
  ).toBeNull();
  expect(readProcessUsage(7, proc({ ...files, '7/task/8/schedstat': '' }))?.runDelay).toBe(1.5);
  expect(childrenOf(8, proc(files))).toEqual([]);
});

test('reads this very process', () => {
  const usage = readProcessUsage(process.pid);
  expect(usage?.memory).toBeGreaterThan(10_000_000);
  expect(usage?.threads).toBeGreaterThan(1);
  expect(usage?.cpu).toBeGreaterThan(0);
});

test('processes are named by what they do; all ffmpegs are one, the ended as well', () => {
  const { sources, state } = makeSources([
    mediaProcess({ index: 0, pid: 70 }),
    mediaProcess({ index: 1, pid: 71 }),
  ]);
  const usage = { cpu: 2, endedChildren: 0, runDelay: 1, memory: 100, threads: 3 };
  const gone = new Set([71]);
  let egress: number | null = 80;
  const processes = new ServerProcesses(
    { ...sources, egress: { statistics: () => ({ pid: egress, streams: 0, outputs: {} }) } },
    (pid) => (gone.has(pid) ? null : { ...usage, endedChildren: pid === 80 ? 5 : 0 }),
    (pid) => (pid === 80 ? [90, 91] : []),
  );
  const names = () => processes.now().processes.map(({ role, index }) => `${role} ${index}`);
  expect(names()).toEqual(['control 0', 'media 0', 'egress 0', 'ffmpeg 0']);
  expect(processes.now().ffmpeg).toBe(2);
  expect(processes.now().processes[3]?.usage).toEqual({
    ...usage,
    cpu: 9,
    runDelay: 2,
    memory: 200,
    threads: 6,
  });
  gone.delete(71);
  egress = null;
  // Read anew only after a while.
  expect(names()).toHaveLength(4);
  state.now = 500;
  expect(names()).toEqual(['control 0', 'media 0', 'media 1']);
  expect(processes.now().ffmpeg).toBe(0);
});
