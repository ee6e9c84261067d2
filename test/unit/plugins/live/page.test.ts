import { expect, test } from 'vitest';
import { Page } from '../../../../src/plugins/live/page.js';
import { FakeSocket, only, startBoard, startedAt } from './support.js';

function startPage() {
  const made = startBoard();
  const socket = new FakeSocket();
  const page = new Page(socket, made.board);
  const { time, step } = made;
  const tick = (passed = 1000) => {
    step(passed);
    page.tick(time.now);
    return socket.take();
  };
  const say = (text: string) => {
    page.receive(text, time.now);
    return socket.take();
  };
  const watch = (stream: string) => say(JSON.stringify({ type: 'watch', stream }));
  return { ...made, socket, page, tick, say, watch };
}

const types = (messages: readonly { readonly type: string }[]) => messages.map(({ type }) => type);

test('hello, the past of the server and all streams at once, then what differs', () => {
  const { sources, socket, page, step, tick } = startPage();
  sources.publish('a');
  sources.publish('b');
  step();
  step();
  page.begin('{"type":"hello"}');
  const [hello, history, first] = socket.take();
  expect(hello).toEqual({ type: 'hello' });
  expect(history).toMatchObject({ stream: null, startedAt: startedAt + 1000, step: 1000 });
  expect(only(history, 'history').series).toMatchObject({ streams: [2, 2], cpu: [0.123, 0.123] });
  const { changed, ended, time, server } = only(first, 'figures');
  expect([changed.map(({ name }) => name), ended, time]).toEqual([['a', 'b'], [], startedAt + 2000]);
  expect(server).toMatchObject({ streams: 2, sessions: 3 });

  sources.play('b');
  const [second, ...others] = tick();
  expect(others).toEqual([]);
  expect(only(second, 'figures').changed.map(({ name, viewers }) => [name, viewers])).toEqual([['b', 1]]);
  sources.end(sources.streams[0]!);
  expect(tick()).toMatchObject([{ type: 'figures', changed: [], ended: ['a'] }]);
  expect(tick()).toMatchObject([{ type: 'figures', changed: [], ended: [] }]);
});

test('the stream that is watched: its past, then each second everything, until it ends', () => {
  const { sources, tick, watch } = startPage();
  const publication = sources.publish('a', { roundTrip: 12 });
  sources.play('a', { loss: 0.1, roundTrip: 50 });
  sources.play('a', { loss: 0.1, roundTrip: 90, estimate: 1 });
  sources.play('a', { loss: null });
  const finding = {
    code: 'x',
    severity: 'warning',
    text: 'It is.',
    advice: 'Mend it.',
    players: ['p'],
  } as const;
  sources.findings.set('a', [finding]);
  tick();
  tick();
  const [history] = watch('a');
  expect(history).toMatchObject({ type: 'history', stream: 'a', startedAt: startedAt + 1000 });
  expect(only(history, 'history').series).toMatchObject({ viewers: [3, 3], rtt: [12, 12] });
  const [figures, detail] = tick();
  expect(types([figures!, detail!])).toEqual(['figures', 'detail']);
  const { viewers, viewersTotal, findings, point, publisher } = only(detail, 'detail');
  expect(viewers.map(({ rtt, kind }) => [rtt, kind])).toEqual([
    [90, 'play'],
    [50, 'play'],
    [null, 'play'],
  ]);
  expect([viewersTotal, point.viewers, publisher.rtt]).toEqual([3, 3, 12]);
  expect(findings).toEqual([
    { code: 'x', severity: 'warning', title: 'It is.', advice: 'Mend it.', players: ['p'] },
  ]);
  sources.end(publication);
  expect(types(tick())).toEqual(['figures', 'gone']);
  expect(types(tick())).toEqual(['figures']);
});

test('another stream of that name is told from its beginning', () => {
  const { sources, tick, watch } = startPage();
  const publication = sources.publish('a');
  tick();
  watch('a');
  tick();
  sources.end(publication);
  sources.publish('a');
  const [, history] = tick();
  expect(only(history, 'history').series.viewers).toEqual([0]);
  expect(types(tick())).toEqual(['figures', 'detail']);
});

test('one that is not there is gone, and what is no message is nothing', () => {
  const { sources, tick, watch, say } = startPage();
  expect(watch('nowhere')).toEqual([{ type: 'gone', stream: 'nowhere' }]);
  sources.publish('a');
  sources.publish('b');
  tick();
  watch('a');
  expect([say(''), say('{"type":"watch","stream":{}}'), say('{"type":"none"}')]).toEqual([[], [], []]);
  expect(tick()[1]).toMatchObject({ type: 'detail', stream: 'a' });
  watch('b');
  expect(tick()[1]).toMatchObject({ type: 'detail', stream: 'b' });
  say('{"type":"unwatch"}');
  expect(types(tick())).toEqual(['figures']);
});

test('at most 200 viewers are told, and how many there are', () => {
  const { sources, tick, watch } = startPage();
  sources.publish('a');
  for (let index = 0; index < 201; index += 1) sources.play('a', { loss: index / 1000 });
  tick();
  watch('a');
  const { viewers, viewersTotal } = only(tick()[1], 'detail');
  expect([viewers.length, viewersTotal, viewers[0]?.loss, viewers[199]?.loss]).toEqual([
    200, 201, 0.2, 0.001,
  ]);
});

test('a page that does not read gets nothing until it does, and then all that it has missed', () => {
  const { sources, socket, tick, watch } = startPage();
  sources.publish('a');
  sources.publish('b');
  tick();
  socket.bufferedAmount = 256 * 1024 + 1;
  sources.end(sources.streams[0]!);
  expect([tick(), watch('b'), tick(29_000)]).toEqual([[], [], []]);
  sources.play('b');
  socket.bufferedAmount = 256 * 1024;
  const [figures, history] = tick();
  expect(figures).toMatchObject({ changed: [{ name: 'b', viewers: 1 }], ended: ['a'] });
  expect(history).toMatchObject({ type: 'history', stream: 'b' });
  expect(socket.ended).toBeNull();
  socket.bufferedAmount = 1e9;
  tick();
  tick(29_999);
  expect(socket.ended).toBeNull();
  tick(1);
  expect([socket.ended, socket.take()]).toEqual(['terminated', []]);
});

test('a page that says too much is put out, and one that has gone is told nothing', () => {
  const { socket, say, page, tick } = startPage();
  for (let index = 0; index < 50; index += 1) say('{"type":"unwatch"}');
  expect(socket.ended).toBeNull();
  say('{"type":"unwatch"}');
  expect(socket.ended).toBe('1008 too many messages');
  Object.assign(socket, { readyState: 2 });
  page.begin('{"type":"hello"}');
  expect(tick()).toEqual([]);
});
