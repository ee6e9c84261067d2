import { describe, expect, it } from 'vitest';
import { bench, ivfFrame, ivfHeader } from './bench.js';
import { FakeSource, vp8KeyFrame } from './source.js';

/** Between two pictures of the source, ms. */
const step = 33;
/** Until it sends a key frame that it is asked for, ms. */
const keyDelay = 700;

interface Shown {
  /** When it came out, ms. */
  readonly at: number;
  /** How long after it had come in, ms. */
  readonly late: number;
}

/**
 * A stream through an ffmpeg in virtual time.
 *
 * @param speed pictures that it makes while one comes in, at a time, ms
 */
function transcode(duration: number, speed: (now: number) => number): { shown: Shown[]; given: number } {
  const { transcodes, children, advance } = bench({ encoders: ['libvpx'] });
  const source = new FakeSource();
  const profile = {
    kind: 'video',
    codec: 'VP8',
    width: 160,
    height: 0,
    bitrate: 0,
    keyFrameInterval: 1,
  } as const;
  const shown: Shown[] = [];
  let now = 0;
  transcodes.use(source, profile, ({ time }) => shown.push({ at: now, late: now - time }));
  const waiting: number[] = [];
  let work = 0;
  let keyAt: number | undefined = 0;
  let given = 0;
  for (; now < duration; now += step) {
    if (source.keyFrameRequests > 0) keyAt ??= now + keyDelay;
    source.keyFrameRequests = 0;
    const asked = now >= (keyAt ?? Number.POSITIVE_INFINITY);
    if (asked) keyAt = undefined;
    const before = children[0]?.written.length ?? 0;
    source.give(asked ? { key: true, time: now, data: vp8KeyFrame(640, 360) } : { time: now });
    const [child] = children;
    if (now === 0) child!.options.onOutput(ivfHeader());
    if (child!.written.length > before) {
      waiting.push(now);
      given += 1;
    }
    work = waiting.length === 0 ? 0 : work + speed(now);
    for (; work >= 1 && waiting.length > 0; work -= 1) child!.options.onOutput(ivfFrame(waiting.shift()!));
    advance(step);
  }
  return { shown, given };
}

describe('what an ffmpeg makes', () => {
  it('is never much later than 1.5 s, even where it makes a tenth of what comes, once that is known', () => {
    for (const speed of [0.7, 0.4, 0.2, 0.1]) {
      const { shown } = transcode(90_000, () => speed);
      const late = shown.filter(({ at }) => at > 30_000).map((one) => one.late);
      expect(late.length, `at ${speed}`).toBeGreaterThan((60_000 / step) * speed * 0.5);
      expect(Math.max(...late), `at ${speed}`).toBeLessThan(3000);
    }
  });

  it('is all of it where ffmpeg keeps up, though it stands still for a moment', () => {
    const { shown, given } = transcode(60_000, (now) => (now % 10_000 > 9200 ? 0 : 3));
    expect(given).toBe(Math.ceil(60_000 / step));
    expect(Math.max(...shown.map(({ late }) => late))).toBeLessThan(1000);
  });

  it('is all of it again once ffmpeg keeps up again', () => {
    const { shown } = transcode(60_000, (now) => (now < 20_000 ? 0.2 : 2));
    const later = shown.filter(({ at }) => at > 30_000);
    expect(later.length).toBeGreaterThanOrEqual(Math.floor(29_900 / step));
    expect(Math.max(...later.map(({ late }) => late))).toBeLessThan(100);
  });
});
