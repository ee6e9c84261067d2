import { expect, it } from 'vitest';
import type { FromEgress } from '../../../src/egress/channel.js';
import { Outgoing } from '../../../src/egress/outgoing.js';

const limits = { output: 10_000, total: 25_000 };

function setUp() {
  const written: (() => void)[] = [];
  const outgoing = new Outgoing((_message, onWritten) => written.push(onWritten), limits);
  const say = (id: number, event: object) =>
    outgoing.send({ type: 'output', id, event } as unknown as FromEgress);
  return { outgoing, written, say };
}

it('counts what waits, buffers and texts at whatever depth, until it is written', () => {
  const { outgoing, written, say } = setUp();
  say(1, { type: 'x', data: new Uint8Array(1000), parts: [new Uint8Array(500), { text: 'abcd' }] });
  outgoing.send({ type: 'opened', id: 2 });
  expect(outgoing.waiting).toBe(256 + 1000 + 500 + 2 * ('x'.length + 4) + 256);
  for (const done of written) {
    done();
    done();
  }
  expect(outgoing.waiting).toBe(0);
});

it('tells an output to leave something out, and then that it is at its end, by what waits of it', () => {
  const { outgoing, written, say } = setUp();
  const states = [];
  for (let count = 0; count < 4; count += 1) {
    say(1, { data: new Uint8Array(6000) });
    states.push([outgoing.isCongested(1), outgoing.isFull(1)]);
  }
  expect(states).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
  expect(outgoing.isCongested(2)).toBe(false);
  for (const done of written.splice(0, 3)) done();
  expect([outgoing.isCongested(1), outgoing.isFull(1)]).toEqual([false, false]);
});

it('does so by what waits of all, but not for one of which nothing waits', () => {
  const { outgoing, written, say } = setUp();
  for (let id = 1; id <= 5; id += 1) say(id, { data: new Uint8Array(5000) });
  expect([1, 2, 3, 4, 5].map((id) => outgoing.isCongested(id))).toEqual([true, true, true, true, true]);
  expect(outgoing.isCongested(6)).toBe(false);
  expect(outgoing.isFull(1)).toBe(false);
  written.shift()?.();
  written.shift()?.();
  expect(outgoing.isCongested(3)).toBe(false);
});

it('bounds events without bytes, too', () => {
  const { outgoing, say } = setUp();
  for (let count = 0; count < 100; count += 1) say(1, { type: 'progress' });
  expect(outgoing.isFull(1)).toBe(true);
});
