import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cleanup } from '../support/cleanup.js';
import { expectGrowth } from '../support/core-case.js';
import { ffmpegOutput } from '../support/ffmpeg-media.js';
import { Program } from '../support/program.js';
import { runServer, SERVER_MAIN } from '../support/server.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const SECOND = 1000;
const cleanup = new Cleanup();
const file = join(tmpdir(), `sluice-publish-${process.pid}.mkv`);
let stage: Stage;

beforeAll(async () => {
  // Frames out of order, and sound that is no Opus: nothing of it can go as it is.
  const pictures = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2'];
  const sound = [
    '-f',
    'lavfi',
    '-i',
    'sine=duration=2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '2',
  ];
  ffmpegOutput([...pictures, ...sound, '-c:a', 'aac', '-f', 'matroska', '-y', file, '-f', 'null']);
  cleanup.defer(() => rm(file, { force: true }));
  stage = await Stage.open({ chromium: {} });
  cleanup.defer(() => stage.close());
});

afterAll(() => cleanup.run());
showServerOnFailure(() => stage?.server);

/** Publishes until it is told to stop. */
async function publishing(name: string, ...flags: string[]): Promise<Program> {
  const url = ['--url', stage.server.wsUrl];
  const program = new Program(process.execPath, [
    SERVER_MAIN,
    'publish',
    file,
    '--name',
    name,
    ...url,
    ...flags,
  ]);
  cleanup.defer(() => program.end('SIGKILL').then(() => {}));
  await program.output.waitFor('it publishes', ({ text }) => text.startsWith('publishing'), 20 * SECOND);
  return program;
}

/** Plays a stream in a browser for 3 s. */
async function watched(name: string) {
  const page = await stage.connect(stage.chromium);
  const played = await page.play(name);
  await played.firstFrame();
  return { played, samples: await played.sample(3) };
}

it('publishes a file that a probe and a browser watch, until it is told to stop', async () => {
  const program = await publishing('looped', '--loop');
  const url = ['--url', stage.server.wsUrl];
  const [probe, taken, { played, samples }] = await Promise.all([
    runServer(['probe', 'looped', ...url, '--seconds', '1', '--json']),
    runServer(['publish', file, '--name', 'looped', ...url]),
    watched('looped'),
  ]);
  expect(probe.code, probe.program.text()).toBe(0);
  const report = JSON.parse(probe.program.text('stdout'));
  expect(report).toMatchObject({ stream: 'looped', ok: true, codecs: ['opus', 'H264'] });
  expect(report.video).toMatchObject({ codec: 'H264', width: 320, height: 180 });
  expect(report.video.frameRate).toBeGreaterThan(10);
  expect(report.audio.packets).toBeGreaterThan(20);
  for (const time of [report.firstFrameAfter, report.roundTrip]) expect(time).toBeGreaterThan(0);

  expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
  expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);

  // The publisher answers in its reports what the server measures with.
  const response = await fetch(`${stage.server.httpUrl}/api/v1/streams`);
  expect(await response.json()).toMatchObject({
    items: [{ publisher: { figures: { roundTrip: expect.any(Number) } } }],
  });

  expect(taken.code).toBe(1);
  expect(taken.program.text('stdout')).toBe(
    'failed       the server refuses the stream: Stream name is already in use',
  );

  program.signal('SIGINT');
  expect(await program.exit(5 * SECOND)).toEqual({ code: 0, signal: null });
  expect(program.text('stdout')).toContain('unpublished  looped');
  expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
});

it('ends with the file, and says why there is nothing to publish', async () => {
  const once = publishing('once', '--codec', 'VP8').then((program) => program.exit(10 * SECOND));
  const problems = [
    [['/nowhere.mp4'], 'failed       /nowhere.mp4 cannot be read: ENOENT'],
    [[SERVER_MAIN], `failed       ${SERVER_MAIN} is no media file`],
    [[file, '--ffmpeg', '/no/ffmpeg'], 'failed       ffmpeg is needed: /no/ffmpeg: spawn /no/ffmpeg ENOENT'],
    [[file, '--url', 'ws://127.0.0.1:9'], 'ECONNREFUSED'],
  ] as const;
  const runs = problems.map(([argv]) => runServer(['publish', ...argv, '--name', 'x']));
  expect(await once).toEqual({ code: 0, signal: null });
  for (const [index, { code, program }] of (await Promise.all(runs)).entries()) {
    expect(code).toBe(1);
    expect(program.text('stdout')).toContain(problems[index]?.[1]);
  }
});
