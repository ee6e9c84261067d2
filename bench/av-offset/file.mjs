// When the picture of a file becomes white, and when its sound begins: by the times of its frames, as players do, not by
// counting samples from the start.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startChild } from '../lib/children.mjs';

const rate = 48_000;
/** Of 255, and of 32,768; the page has the same, see flash-and-beep-source.js. */
const light = 120;
const loud = 2000;
/** What is on begins anew when it has been off for so long, s. */
const off = 0.4;

/**
 * @param {string} file
 * @returns {Promise<{ flashes: number[], beeps: number[] }>} s
 */
export async function flashesAndBeeps(file) {
  const [flashes, beeps] = [await flashesOf(file), await beepsOf(file)];
  return { flashes, beeps };
}

async function flashesOf(file) {
  const found = [];
  let last = Number.NEGATIVE_INFINITY;
  const graph = ['-f', 'lavfi', '-i', `movie=${file},signalstats`];
  for await (const line of probed([
    ...graph,
    '-show_entries',
    'frame=pts_time:frame_tags=lavfi.signalstats.YAVG',
  ])) {
    const [time, brightness] = line.split(',').map(Number);
    if (!(brightness > light)) continue;
    if (time - last > off) found.push(time);
    last = time;
  }
  return found;
}

async function beepsOf(file) {
  const onsets = await onsetsOf(file);
  const found = [];
  let first = 0;
  for await (const line of probed([
    '-select_streams',
    'a',
    '-show_entries',
    'frame=pts_time,nb_samples',
    file,
  ])) {
    const [time, samples] = line.split(',').map(Number);
    while (found.length < onsets.length && onsets[found.length] < first + samples)
      found.push(time + (onsets[found.length] - first) / rate);
    first += samples;
  }
  if (found.length < onsets.length) throw new Error(`${file}: not all of its sound belongs to frames`);
  return found;
}

/** The samples with which a sound begins, of those that are decoded, whatever lies between the frames. */
async function onsetsOf(file) {
  const args = ['-v', 'error', '-i', file, '-map', '0:a', '-ac', '1', '-f', 's16le', '-'];
  const child = startChild('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const onsets = [];
  let index = 0;
  let last = Number.NEGATIVE_INFINITY;
  let rest = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = data.length & ~1;
    for (let at = 0; at < whole; at += 2, index++) {
      if (Math.abs(data.readInt16LE(at)) <= loud) continue;
      if (index - last > off * rate) onsets.push(index);
      last = index;
    }
    rest = data.subarray(whole);
  }
  return onsets;
}

/** Lines of ffprobe's. */
async function* probed(args) {
  const child = startChild('ffprobe', ['-v', 'error', '-of', 'csv=p=0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) if (line !== '') yield line;
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffprobe ended with ${code}`);
}
