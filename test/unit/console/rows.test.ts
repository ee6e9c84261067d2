import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { keepOrder } from '../../../console/dashboard/order.js';
import { arrange, StreamRows } from '../../../console/dashboard/rows.js';
import type { StreamRow } from '../../../src/plugins/live/messages.js';

function row(name: string, more: Partial<StreamRow> = {}): StreamRow {
  return {
    name,
    mediaSessionId: `m-${name}`,
    sessionId: `s-${name}`,
    appKey: 'defaultApp',
    startedAt: 0,
    status: 'PUBLISHING',
    width: 640,
    height: 360,
    videoCodec: 'H264',
    audioCodec: 'opus',
    audioMuted: false,
    videoMuted: false,
    viewers: 0,
    recording: false,
    incoming: null,
    outgoing: null,
    fps: null,
    publisherLoss: null,
    viewerLoss: null,
    rtt: null,
    health: 'good',
    finding: null,
    ...more,
  };
}

describe('the rows of streams', () => {
  it('tell those who show one stream of that stream alone', () => {
    const rows = new StreamRows();
    rows.apply([row('a'), row('b')], []);
    const seen: string[] = [];
    for (const name of ['a', 'b']) {
      const one = rows.get(name)!;
      effect(() => {
        seen.push(`${name}${one.value.viewers}`);
      });
    }
    let lists = 0;
    effect(() => {
      rows.members.value;
      lists++;
    });
    rows.apply([row('b', { viewers: 7 })], []);
    expect(seen).toEqual(['a0', 'b0', 'b7']);
    expect(lists).toBe(1);
  });

  it('come and go, told once for all that do', () => {
    const rows = new StreamRows();
    let lists = 0;
    effect(() => {
      rows.members.value;
      lists++;
    });
    rows.apply([row('a'), row('b')], []);
    rows.apply([row('c')], ['a', 'nobody']);
    expect([...rows.values()].map(({ name }) => name)).toEqual(['b', 'c']);
    expect(lists).toBe(3);
    rows.apply([], ['nobody']);
    expect(lists).toBe(3);
  });

  it('are only those that there are after a new connection', () => {
    const rows = new StreamRows();
    rows.apply([row('a'), row('b')], []);
    const kept = rows.get('b');
    rows.replace([row('b', { viewers: 2 }), row('c')]);
    expect([...rows.values()].map(({ name }) => name)).toEqual(['b', 'c']);
    expect(rows.get('b')).toBe(kept);
    expect(kept?.value.viewers).toBe(2);
    expect(rows.size).toBe(2);
  });

  it('take names of objects for names', () => {
    const rows = new StreamRows();
    rows.apply([row('__proto__'), row('constructor')], []);
    expect(arrange(rows.values(), '', 'name')).toEqual(['__proto__', 'constructor']);
    expect(rows.get('toString')).toBeUndefined();
  });
});

describe('the order of the list', () => {
  const rows = [
    row('Court-2', { startedAt: 3, viewers: 5, incoming: 1e6, publisherLoss: 0.01 }),
    row('court-1', { startedAt: 1, viewers: 9, incoming: null, viewerLoss: 0.2, health: 'notice' }),
    row('lobby', { startedAt: 2, viewers: 5, incoming: 2e6, health: 'warning' }),
  ];

  it.each([
    ['newest', ['Court-2', 'lobby', 'court-1']],
    ['name', ['Court-2', 'court-1', 'lobby']],
    ['viewers', ['court-1', 'Court-2', 'lobby']],
    ['bitrate', ['lobby', 'Court-2', 'court-1']],
    ['loss', ['court-1', 'Court-2', 'lobby']],
    ['health', ['lobby', 'court-1', 'Court-2']],
  ] as const)('by %s', (sorting, names) => {
    expect(arrange(rows, '', sorting)).toEqual(names);
  });

  it('has what is searched for, in whatever case', () => {
    expect(arrange(rows, ' COURT ', 'name')).toEqual(['Court-2', 'court-1']);
    expect(arrange(rows, '.*', 'name')).toEqual([]);
  });
});

it('rows under the pointer keep their places, new ones come last', () => {
  const items = ['d', 'b', 'a', 'c'].map((mediaSessionId) => ({ mediaSessionId }));
  expect(keepOrder(['a', 'gone', 'b'], items).map(({ mediaSessionId }) => mediaSessionId)).toEqual([
    'a',
    'b',
    'd',
    'c',
  ]);
});
