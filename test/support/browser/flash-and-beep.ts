import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tab } from './tab.js';

const run = promisify(execFile);
const rate = 48_000;

/** Once a second 120 ms of white on black, and a tone at the same time. */
const source = `(() => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 320, height: 240 });
  const context = canvas.getContext('2d');
  const audio = new AudioContext({ latencyHint: 'interactive' });
  const tone = new OscillatorNode(audio, { frequency: 1000 });
  const volume = new GainNode(audio, { gain: 0 });
  const sink = new MediaStreamAudioDestinationNode(audio);
  tone.connect(volume).connect(sink);
  tone.start();
  let frames = 0;
  setInterval(() => {
    const on = frames % 60 < 7;
    context.fillStyle = on ? '#fff' : '#000';
    context.fillRect(0, 0, 320, 240);
    // Something that moves, so that every frame is one.
    context.fillStyle = '#f00';
    context.fillRect((frames * 3) % 300, 220, 10, 10);
    if (frames % 60 === 0) {
      volume.gain.setValueAtTime(0.5, audio.currentTime);
      volume.gain.setValueAtTime(0, audio.currentTime + 0.12);
    }
    frames++;
  }, 1000 / 60);
  // The SDK uses the old form with callbacks.
  const [sound] = sink.stream.getAudioTracks();
  const [picture] = canvas.captureStream(60).getVideoTracks();
  navigator.getUserMedia = (constraints, resolve) => resolve(new MediaStream([sound, picture]));

  // When what is captured comes out of the tracks, ms: sound is rendered ahead, pictures are drawn behind.
  const captured = window.captured = { flashes: [], beeps: [] };
  const note = (list, time) => {
    if (time - (list.last ?? -1000) > 400) list.push(time);
    list.last = time;
  };
  const read = async (track, each) => {
    const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
    for (;;) {
      const { value } = await reader.read();
      each(value, performance.now());
      value.close();
    }
  };
  const small = new OffscreenCanvas(4, 4).getContext('2d', { willReadFrequently: true });
  read(picture, (frame, now) => {
    small.drawImage(frame, 0, 0, 4, 4);
    if (small.getImageData(1, 1, 1, 1).data[0] > 120) note(captured.flashes, now);
  });
  read(sound, (data, now) => {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    const first = samples.findIndex((sample) => Math.abs(sample) > 0.06);
    if (first >= 0) note(captured.beeps, now - ((samples.length - first) / data.sampleRate) * 1000);
  });
  return audio.resume();
})()`;

/** Makes the page's camera and microphone something whose sound and picture begin at the same time, once a second. */
export async function flashAndBeep(tab: Tab): Promise<void> {
  await tab.evaluate(`${source}.then(() => true)`);
}

/** By how much the page's sound comes behind its picture before it is sent, ms: the median. */
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
