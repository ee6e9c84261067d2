import { it } from 'vitest';
import { LimitedPath } from '../support/limited-path.js';
import { playSimulcast } from '../support/simulcast-play.js';

it('debug', () => {
  const sends = (rid: string, now: number) => rid !== 'f' || Math.floor(now / 3000) % 2 === 0;
  const a = playSimulcast({ until: 30_000, sends });
  let last = 0;
  let n = 0;
  for (const { at, rid, packet } of a.seen) {
    const o = (packet.timestamp - Math.round(at * 90)) | 0;
    if (Math.abs(o - last) > 2 && n++ < 30) console.log(at, rid, o, packet.index);
    last = o;
  }
  for (const [c, t] of [
    [400_000, false],
    [150_000, false],
    [400_000, true],
  ] as const) {
    const path = new LimitedPath(c);
    const { changes } = playSimulcast({ until: 90_000, path, temporal: t });
    console.log(
      c,
      t,
      changes.map(({ rid, at }) => `${rid}@${Math.round(at / 100) / 10}`).join(' '),
      path.lost,
      path.passed,
    );
  }
});
