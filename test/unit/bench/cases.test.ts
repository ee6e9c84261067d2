import { describe, expect, it } from 'vitest';
import { ratiosOf } from '../../../bench/cases/compare.mjs';
import { parseOptions, UsageError } from '../../../bench/lib/options.mjs';
import { shares } from '../../../bench/lib/stage.mjs';
import { format, table, verdict } from '../../../bench/lib/table.mjs';

describe('the command line', () => {
  it('has the short cases unless told', () => {
    expect(parseOptions([])).toMatchObject({
      cases: ['fan-out', 'publishers', 'join'],
      viewers: undefined,
      rate: undefined,
      publishers: 100,
      minutes: 60,
      rivals: [],
      peers: undefined,
    });
    expect(parseOptions(['--help'])).toBeNull();
  });

  it('takes lists', () => {
    const args = [
      '--case',
      'soak,cores,soak',
      '--viewers',
      '10,2000',
      '--rate',
      '30',
      '--peer',
      'janus,mediasoup',
    ];
    expect(parseOptions(args)).toMatchObject({
      cases: ['soak', 'cores'],
      viewers: [10, 2000],
      rate: [30],
      rivals: ['janus', 'mediasoup'],
    });
  });

  it('takes the other server of a comparison', () => {
    const args = ['--with', '/other/main.js', '--with-flag', 'a=1=2', '--with-flag', 'b='];
    expect(parseOptions(args)).toMatchObject({ other: '/other/main.js', otherFlags: { a: '1=2', b: '' } });
    expect(parseOptions([])).toMatchObject({ other: undefined, otherFlags: {} });
  });

  it.each([
    [['--case', 'fanout']],
    [['--case', '']],
    [['--viewers', '2001']],
    [['--viewers', '1,x']],
    [['--rate', '29']],
    [['--minutes', '0']],
    [['--peer', 'nginx']],
    [['--peers', 'browser']],
    [['--peer', 'janus', '--peers', 'datachannel']],
    [['--with-flag', 'media-gather-time']],
    [['--with-flag', '=4']],
    [['--nonsense']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
  });
});

describe('a comparison', () => {
  it('divides what was used in the same second, and tells the halves apart', () => {
    const half = (one: number[], other: number[]) => ({
      one: { media: one, control: [] },
      other: { media: other, control: [] },
    });
    const halves = [half([10, 20, 40], [9, 18, 36]), half([10, 10, 10], [11, 12, 13])];
    expect(ratiosOf(halves)).toEqual({ median: 0.9, low: 0.9, high: 1.1, halves: [0.9, 1.2] });
  });
});

describe('shares', () => {
  it('splits evenly and loses nothing', () => {
    expect(shares(100, 50)).toEqual([
      [0, 50],
      [50, 100],
    ]);
    expect(shares(7, 3)).toEqual([
      [0, 2],
      [2, 4],
      [4, 7],
    ]);
    expect(shares(1, 25)).toEqual([[0, 1]]);
    expect(shares(0, 25)).toEqual([]);
  });
});

const traffic = {
  seconds: 10,
  sent: 4000,
  viewers: 100,
  delivered: 400_000,
  deliveredRatio: 1,
  worstViewerRatio: 1,
  cpu: { all: 4.5, media: 4, mediaUser: 2.5, mediaSystem: 1.5, control: 0.5 },
  checks: { duplicates: 0, reordered: 0, misnumbered: 0, compared: 40_000, damaged: 0 },
  load: { server: 0.18, publisher: 0.02, viewers: 0.08 },
  machine: { busy: 0.3, stolen: 0, others: 0.01 },
  publisher: { refused: 0, worstDelay: 1 },
};

describe('the table', () => {
  it('puts columns side by side, and leaves out what no column has', () => {
    const title = ['100 × 400/s'];
    const floor = { frames: 2.25, gso: 3.5, sendto: 6.5 };
    const text = table([
      { title: [...title, 'Sluice'], traffic, floor },
      { title: [...title, 'Janus'], traffic: { ...traffic, cpu: { ...traffic.cpu, all: 9 } }, floor: null },
    ]);
    expect(text).toMatch(/^ +100 × 400\/s +100 × 400\/s\n +Sluice +Janus\nCPU time a forwarded packet\n/);
    expect(text).toMatch(/^ {2}whole server +µs +4\.50 +9\.00$/m);
    expect(text).toMatch(/^ {2}whole server ÷ lowest floor +2\.00 +–$/m);
    expect(text).toMatch(/^ {2}forwarded packets +1\/s +40000 +40000$/m);
    expect(text).not.toContain('Memory');
    expect(text).not.toContain('resident');
  });

  it('widens columns for what is in them', () => {
    const lines = format([
      ['a', 'b', ['a rather long title', 'x']],
      ['c', 'd', ['1', '2']],
    ]).split('\n');
    expect(lines[0]?.length).toBe(lines[1]?.length);
    expect(lines[0]).toContain('a rather long title');
  });
});

describe('the verdict', () => {
  const of = (more: object) => verdict({ title: ['t'], traffic: { ...traffic, ...more } });

  it('has nothing to say of a clean run', () => {
    expect(of({})).toEqual({ wrong: [], doubtful: [] });
  });

  it.each(['misnumbered', 'damaged', 'duplicates'])('calls %s packets wrong', (name) => {
    const { wrong, doubtful } = of({ checks: { ...traffic.checks, [name]: 3 } });
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toContain('t: 3 packets');
    expect(doubtful).toEqual([]);
  });

  it.each([
    { deliveredRatio: 0.998 },
    { machine: { busy: 0.98, stolen: 0, others: 0 } },
    { machine: { busy: 0.5, stolen: 0.03, others: 0 } },
    { machine: { busy: 0.5, stolen: 0, others: 0.2 } },
    { publisher: { refused: 1, worstDelay: 1 } },
  ])('doubts a run with %j', (more) => {
    const { wrong, doubtful } = of(more);
    expect(wrong).toEqual([]);
    expect(doubtful).toHaveLength(1);
  });
});
