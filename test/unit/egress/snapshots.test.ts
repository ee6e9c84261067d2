import { describe, expect, it } from 'vitest';
import { Snapshots } from '../../../src/egress/snapshots/snapshots.js';
import { NoTranscoder } from '../../../src/egress/transcode/no-transcoder.js';
import type { RunResult } from '../../../src/ffmpeg/index.js';
import { vp8KeyFrame } from './transcode/source.js';

const keyFrame = vp8KeyFrame(320, 180);
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Runs that the test ends. */
function bench(atOnce: number) {
  const runs: { input: Buffer; wanted: string; end: (result: RunResult) => void }[] = [];
  const run = (_: string, wanted: readonly string[], input: readonly Uint8Array[]) =>
    new Promise<RunResult>((end) =>
      runs.push({ input: Buffer.concat(input), wanted: wanted.join(' '), end }),
    );
  return { runs, snapshots: new Snapshots({ run }, atOnce, 1000) };
}

describe('snapshots', () => {
  it('are what ffmpeg makes of a key frame', async () => {
    const { runs, snapshots } = bench(1);
    const taking = snapshots.take('VP8', keyFrame, 'full');
    await settle();
    expect(runs[0]!.input.includes('V_VP8')).toBe(true);
    expect(runs[0]!.input.includes(Buffer.from(keyFrame))).toBe(true);
    runs[0]!.end({ output: Buffer.from('png') });
    expect((await taking).toString()).toBe('png');
    expect(runs[0]!.wanted).toContain('-c:v png');
  });

  it('are small where that is wanted', async () => {
    const { runs, snapshots } = bench(1);
    const taking = snapshots.take('VP8', keyFrame, 'thumbnail');
    await settle();
    expect(runs[0]!.wanted).toContain('-vf scale=min(320\\,iw):-2 -frames:v 1 -c:v mjpeg');
    runs[0]!.end({ output: Buffer.from('jpeg') });
    expect((await taking).toString()).toBe('jpeg');
  });

  it('are made so many at once, the others in their turn, and some refused', async () => {
    const { runs, snapshots } = bench(2);
    const taking = Array.from({ length: 18 }, () => snapshots.take('VP8', keyFrame, 'full'));
    await settle();
    expect(runs.length).toBe(2);
    expect(() => snapshots.check()).toThrow(new NoTranscoder('No available transcoders'));
    await expect(snapshots.take('VP8', keyFrame, 'full')).rejects.toThrow('No available transcoders');
    for (let ended = 0; ended < 18; ended += 1) {
      runs[ended]!.end({ output: Buffer.from(`${ended}`) });
      // One that comes now does not overtake those that wait.
      await settle();
      expect(runs.length).toBe(Math.min(18, ended + 3));
    }
    expect((await Promise.all(taking)).map(String)).toEqual(taking.map((_, place) => `${place}`));
  });

  it('fail with what cannot be decoded, and make room', async () => {
    const { runs, snapshots } = bench(1);
    await expect(snapshots.take('VP8', Uint8Array.of(1, 2, 3), 'full')).rejects.toThrow('cannot be read');
    await expect(snapshots.take('opus', keyFrame, 'full')).rejects.toThrow('cannot be read');
    for (const [result, reason] of [
      [{ output: null, reason: 'it took too long' }, 'it took too long'],
      [{ output: Buffer.alloc(0) }, 'no picture'],
    ] as const) {
      const taking = snapshots.take('VP8', keyFrame, 'full');
      await settle();
      runs.at(-1)!.end(result);
      await expect(taking).rejects.toThrow(reason);
    }
    expect(runs.length).toBe(2);
  });

  it('are none without ffmpeg', async () => {
    const none = new Snapshots(null, 1, 1000);
    expect(() => none.check()).toThrow('Transcoding required, but disabled');
    await expect(none.take('VP8', keyFrame, 'full')).rejects.toThrow('Transcoding required, but disabled');
  });
});
