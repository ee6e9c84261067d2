import { describe, expect, it } from 'vitest';
import { publishBitrate } from '../../../src/streams/publish-bitrate.js';
import { makeService, makeSession, publishRequest } from './support.js';

const range = { minBitrate: 30_000, maxBitrate: 10_000_000 };

const of = (bitrate: number, minBitrate: number, maxBitrate: number) => {
  const { limits } = publishBitrate(publishRequest({ bitrate, minBitrate, maxBitrate }), range);
  return [limits.start, limits.min, limits.max];
};

describe('bitrates of a publication', () => {
  it.each([
    ['nothing asked for', [0, 0, 0], [0, 0, 0]],
    ['a maximum', [0, 0, 300], [0, 0, 300_000]],
    ['a bitrate, which limits', [500, 0, 0], [500_000, 0, 500_000]],
    ['a bitrate and a maximum, which limits', [500, 0, 800], [500_000, 0, 800_000]],
    ['a bitrate above the maximum', [900, 0, 800], [800_000, 0, 800_000]],
    ['a minimum', [0, 200, 0], [0, 200_000, 0]],
    ['a minimum above the maximum', [0, 900, 300], [0, 300_000, 300_000]],
    ['a minimum above what the server allows', [0, 15_000, 0], [0, 10_000_000, 0]],
    ['a bitrate below the minimum', [100, 400, 800], [400_000, 400_000, 800_000]],
    ['more than the server allows', [20_000, 15_000, 50_000], [10_000_000, 10_000_000, 10_000_000]],
    ['less than the server allows', [1, 1, 1], [30_000, 30_000, 30_000]],
    ['numbers nobody means', [1e15, 1e300, Number.MAX_VALUE], [10_000_000, 10_000_000, 10_000_000]],
    ['fractions', [300.7777, 0.0001, 512.3456], [300_778, 30_000, 512_346]],
    ['the least there is', [0, 0, Number.MIN_VALUE], [0, 0, 30_000]],
  ])('%s', (_, asked, expected) => {
    expect(of(...(asked as [number, number, number]))).toEqual(expected);
  });

  it('leave room for audio and headers in the total, which there is without a limit too', () => {
    const totals = (maxBitrate: number) => {
      const { limits, total } = publishBitrate(publishRequest({ bitrate: 0, maxBitrate }), range);
      return [limits.total, total];
    };
    expect(totals(300)).toEqual([394_000, 394_000]);
    expect(totals(1e9)).toEqual([11_064_000, 11_064_000]);
    expect(totals(0)).toEqual([0, 11_064_000]);
  });

  it.each([[-5], [null], ['x'], [{}], [[300]], [true]])('%j is no limit', (maxBitrate) => {
    const request = publishRequest({ bitrate: maxBitrate, minBitrate: maxBitrate, maxBitrate });
    expect(publishBitrate(request, range)).toEqual({
      limits: { min: 0, start: 0, max: 0, total: 0 },
      total: 11_064_000,
    });
  });

  it('go to the media plane for the video alone, and into the answer', async () => {
    const { service, plane } = makeService();
    const answers: string[] = [];
    service.on('answer', (_, sdp) => answers.push(sdp));
    await service.publish(makeSession(), publishRequest({ bitrate: 0, maxBitrate: 300 }));
    expect(plane.last().tracks.map(({ kind, maxBitrate }) => [kind, maxBitrate])).toEqual([
      ['audio', 0],
      ['video', 394_000],
    ]);
    expect(answers[0]).toContain('b=TIAS:300000\r\nb=AS:394\r\n');
    await service.publish(
      makeSession(),
      publishRequest({ mediaSessionId: 'pub-2', name: 'free', bitrate: 0, maxBitrate: 0 }),
    );
    expect(plane.last().tracks.map(({ maxBitrate }) => maxBitrate)).toEqual([0, 11_064_000]);
    expect(answers[1]).not.toMatch(/^b=|x-google/m);
  });
});
