import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { Hooks, post, runProgram } from '../../../../src/plugins/recording/hooks.js';
import type { RecordingReport } from '../../../../src/plugins/recording/index.js';
import { temporaryFolder } from './support.js';

const report: RecordingReport = {
  ...{ streamName: 'a b; $(touch x) "c"', mediaSessionId: 'm', sessionId: 's', recordName: 'r.mp4' },
  ...{ file: '/records/r.mp4', startedAt: 1, endedAt: 2, duration: 1, size: 10, width: 0, height: 0 },
  ...{ gaps: [], gapsLeftOut: 0, failure: null, recovered: false },
};

function script(text: string): string {
  const path = join(temporaryFolder(), 'hook.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o700);
  return path;
}

/** A server that answers with these statuses, one after the other, and then 200. */
async function address(...statuses: number[]) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    bodies.push({ type: request.headers['content-type'], ...JSON.parse(text) });
    response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end('ignored');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

test('the program gets the stream’s name and the file as they are', async () => {
  const out = join(temporaryFolder(), 'out');
  const program = script(`printf '%s|%s|%s' "$#" "$1" "$2" > ${out}`);
  expect(await runProgram(program, report, 10_000)).toBeNull();
  expect(readFileSync(out, 'utf8')).toBe(`2|${report.streamName}|/records/r.mp4`);
  expect(await runProgram(program, { ...report, streamName: 'a\0b' }, 10_000)).toBeNull();
  expect(readFileSync(out, 'utf8')).toBe('2|ab|/records/r.mp4');
});

test('a program that fails, hangs, or is none', async () => {
  expect(await runProgram(script('exit 3'), report, 10_000)).toBe('exit code 3');
  expect(await runProgram(script('exec sleep 60'), report, 50)).toMatch(/SIGKILL/);
  expect(await runProgram('/nowhere/hook', report, 10_000)).toMatch(/ENOENT/);
});

test('the address gets all that is known, again where it is not well', async () => {
  const { bodies, url } = await address(500, 429);
  expect(await post(url, report, 5000, [1, 1, 1])).toBeNull();
  expect(bodies).toEqual(Array(3).fill({ type: 'application/json', ...report }));
});

test.each([
  [[404], 1, 'status 404'],
  [[503, 503, 503], 3, 'status 503'],
  [[302], 3, /redirect/],
])('an address that answers %j is asked %i times', async (statuses, times, reason) => {
  const { bodies, url } = await address(...statuses, ...Array(3).fill(statuses[0]));
  expect(await post(url, report, 5000, [1, 1])).toMatch(reason);
  expect(bodies).toHaveLength(times);
});

test('an address where nobody is', async () => {
  expect(await post('http://127.0.0.1:1/', report, 1000, [1])).toMatch(/ECONNREFUSED|bad port/);
});

test('four at the same time, the others one after the other, and no more than wait', async () => {
  const folder = temporaryFolder();
  const program = script(`: > ${folder}/$(basename "$2")`);
  const entries: string[] = [];
  const log = createLogger({ level: 'warn', output: { write: (line: string) => void entries.push(line) } });
  const hooks = new Hooks({ hookProgram: program, hookUrl: '', hookTimeout: 60_000 }, log);
  const count = 9;
  for (let i = 0; i < count; i++) hooks.tell({ ...report, file: `/records/${i}` });
  await hooks.settled();
  for (let i = 0; i < count; i++) expect(existsSync(join(folder, String(i)))).toBe(true);
  expect(entries).toEqual([]);
  const idle = new Hooks({ hookProgram: '/nowhere', hookUrl: '', hookTimeout: 1000 }, log);
  for (let i = 0; i < 1010; i++) idle.tell(report);
  expect(entries.filter((line) => line.includes('too many hooks'))).toHaveLength(6);
  await idle.settled();
});
