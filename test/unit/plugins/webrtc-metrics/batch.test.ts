import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { columnsOf, samples, unpack } from '../../../../src/plugins/webrtc-metrics/batch.js';

const columns = ['outbound-rtp.OT1.bytesSent', 'outbound-rtp.OT1.qualityLimitationReason', 'transport.T1.a'];
const gzip = (text: string) => gzipSync(text).toString('base64');
const all = (...rows: unknown[]) => [...samples(rows, columns)].map((sample) => Object.values(sample));

describe('columns', () => {
  it('are those the SDK sends values for', () => {
    expect(columnsOf(columns.join(','))).toEqual(columns);
    expect(columnsOf('a.b.c,outbound-rtp.with.dots.bytesSent,short.x,d.e.f')).toEqual(['a.b.c', 'd.e.f']);
  });

  it.each([
    '',
    ',',
    'x',
    'a.b',
    'a.b.c,'.repeat(1025),
    `a.b.${'c'.repeat(65_536)}`,
  ])('are none in %.20s', (headers) => {
    expect(columnsOf(headers)).toBeNull();
  });
});

describe('unpack', () => {
  it('reads JSON, and base64 of gzipped JSON', async () => {
    expect(await unpack('["1;a;2","3;;"]', 'none')).toEqual(['1;a;2', '3;;']);
    expect(await unpack(gzip('["1;ä;2"]'), 'gzip')).toEqual(['1;ä;2']);
  });

  it.each([
    ['none', '', 'JSON'],
    ['none', '{"length":1}', 'no array'],
    ['none', gzip('["1"]'), 'JSON'],
    ['gzip', '["no base64 at all"]', 'header'],
    ['gzip', '', 'end of file'],
    ['gzip', gzip('["1"]').slice(0, 12), 'end of file'],
    ['gzip', gzip('["1"'), 'JSON'],
    ['gzip', gzip('7'), 'no array'],
    ['none', '['.repeat(200_000), 'JSON'],
  ])('refuses as %s: %.20s', async (compression, text, reason) => {
    await expect(unpack(text, compression)).rejects.toThrow(reason);
  });

  it('stops at a megabyte, whatever it would become', async () => {
    const bomb = gzip(`["${'0'.repeat(50 * 1024 * 1024)}"]`);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(unpack(bomb, 'gzip')).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
  });
});

describe('samples', () => {
  it('have their values by name', () => {
    expect([...samples(['100;none;x'], columns)]).toEqual([
      {
        'outbound-rtp.OT1.bytesSent': 100,
        'outbound-rtp.OT1.qualityLimitationReason': 'none',
        'transport.T1.a': 'x',
      },
    ]);
  });

  it('have the value of the row above where they are empty, through many rows', () => {
    expect(all('1;none;a', ';;b', '2;;', ';cpu;')).toEqual([
      [1, 'none', 'a'],
      [1, 'none', 'b'],
      [2, 'none', 'b'],
      [2, 'cpu', 'b'],
    ]);
    expect(all(';;x')).toEqual([['', '', 'x']]);
  });

  it.each([
    ['0', 0],
    ['-1.5', -1.5],
    ['0.033', 0.033],
    ['1732307981339.123', 1732307981339.123],
    ['true', true],
    ['false', false],
    ['18446744073709551615', '18446744073709551615'],
    ['007', '007'],
    ['1e3', '1e3'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    [' 1', ' 1'],
    ['{"cpu":0}', '{"cpu":0}'],
  ])('%s is %j', (text, value) => {
    expect(all(`${text};x;y`)).toEqual([[value, 'x', 'y']]);
  });

  it.each([
    '1;2',
    '1;2;3;4',
    '',
    7,
    null,
    ['1;2;3'],
    'a;b=1;c;d',
  ])('end at a row that does not fit: %j', (row) => {
    expect(all('1;2;3', row, '4;5;6')).toEqual([[1, 2, 3]]);
  });

  it('take no name for more than a name', () => {
    const [sample] = samples(['1;2'], ['__proto__.a.b', 'constructor.a.b']);
    expect(Object.keys(sample as object)).toEqual(['__proto__.a.b', 'constructor.a.b']);
  });
});
