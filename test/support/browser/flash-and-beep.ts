import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SdkStream } from './sdk-page.js';
import type { Tab } from './tab.js';

const run = promisify(execFile);
const rate = 48_000;
/** Small, so that no picture is left out on a busy machine: the flash would begin with the next. */
const size = { width: 160, height: 120, rate: 30 };
const source = fileURLToPath(new URL('./flash-and-beep-source.js', import.meta.url));

/** Makes the page's camera and microphone something whose sound and picture begin at the same time, about once a second. */
export async function flashAndBeep(tab: Tab): Promise<void> {
  await tab.evaluate(
    `${await readFile(source, 'utf8')}\nwindow.flashAndBeep(${JSON.stringify(size)}).then(() => true)`,
  );
}

/**
 * Begins to watch what the SDK sends of a stream: the source's sound has been through its gain node then, which takes tens
 * of ms, and more on a machine that is busy.
 */
export async function watchSent({ page, key }: SdkStream): Promise<void> {
  await page.tab.evaluate(`(() => {
    const tracks = driver.sent(${JSON.stringify(key)});
    const [picture, sound] = ['video', 'audio'].map((kind) => tracks.find((track) => track.kind === kind));
    window.captured = watchFlashes(picture, sound);
    return true;
  })()`);
}

/** By how much the sound that is watched comes behind its picture before it is sent, ms: the median. */
export async function capturedOffset(tab: Tab): Promise<number> {
  const { flashes, beeps } = JSON.parse(await tab.evaluate<string>('JSON.stringify(window.captured)')) as {
    flashes: number[];
    beeps: number[];
  };
  return medianOffset(flashes, beeps);
}

/** By how much each beep comes behind the flash next to it: the median. NaN without any. */
export function medianOffset(flashes: readonly number[], beeps: readonly number[]): number {
  const offsets = flashes.map(
    (flash) => beeps.map((beep) => beep - flash).sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.NaN,
  );
  return offsets.sort((a, b) => a - b)[offsets.length >> 1] ?? Number.NaN;
}

/** When the picture of a file becomes white, and when its sound begins, s. */
export async function flashesAndBeeps(file: string): Promise<{ flashes: number[]; beeps: number[] }> {
  return { flashes: await flashes(file), beeps: await beeps(file) };
}

async function flashes(file: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `movie=${file},signalstats`, '-of', 'csv=p=0'],
    ...['-show_entries', 'frame=pts_time:frame_tags=lavfi.signalstats.YAVG'],
  ]);
  const frames = stdout.trim().split('\n');
  return beginnings(
    frames.map((line) => line.split(',').map(Number)).map(([time, light]) => [time!, light! > 120]),
  );
}

async function beeps(file: string): Promise<number[]> {
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', file, '-map', '0:a', '-af', 'aresample=async=1:first_pts=0'],
      ...['-ac', '1', '-ar', String(rate), '-f', 's16le', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 64 << 20 },
  );
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
  const block = rate / 1000;
  const loud = Array.from({ length: Math.floor(samples.length / block) }, (_, ms): [number, boolean] => [
    ms / 1000,
    samples.subarray(ms * block, (ms + 1) * block).some((sample) => Math.abs(sample) > 2000),
  ]);
  return beginnings(loud);
}

/** The times at which something is on that has been off for 0.4 s. */
function beginnings(states: readonly (readonly [number, boolean])[]): number[] {
  const found: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [time, on] of states) {
    if (!on) continue;
    if (time - last > 0.4) found.push(time);
    last = time;
  }
  return found;
}
