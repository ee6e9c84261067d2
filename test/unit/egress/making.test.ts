import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Intake } from '../../../src/egress/intake/intake.js';
import { Making } from '../../../src/egress/making.js';
import type { OutputEvent } from '../../../src/egress/outputs/output.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function setUp(close: () => Promise<void> = async () => {}) {
  const log: string[] = [];
  const making = new Making(
    {} as Intake,
    {
      onEvent: (event) => log.push(event.type === 'failed' ? `failed: ${event.reason}` : event.type),
      onOver: () => log.push('over'),
    },
    1000,
  );
  let emit: (event: OutputEvent) => void = () => {};
  const open = (also: (say: (event: OutputEvent) => void) => void = () => {}) =>
    making.open((say) => {
      emit = say;
      also(say);
      return {
        close: () => {
          log.push('closing');
          return close();
        },
      };
    });
  return { log, making, open, emit: (event: OutputEvent) => emit(event) };
}

const failed = (reason: string): OutputEvent => ({ type: 'failed', reason });

it('says what an output said while it was opened only once it is known to be open', () => {
  const { log, making, open } = setUp();
  open((say) => say(failed('at once')));
  expect(log).toEqual([]);
  making.begin();
  expect(log).toEqual(['failed: at once', 'over']);
});

it('ends once, whoever ends it', async () => {
  const { log, making, open, emit } = setUp();
  open();
  making.begin();
  await Promise.all([making.close(), making.close()]);
  emit(failed('too late'));
  making.fail('too late');
  await making.close();
  expect(log).toEqual(['closing', 'over']);
});

it('does not close what has failed by itself', async () => {
  const { log, making, open, emit } = setUp();
  open();
  making.begin();
  emit(failed('disk full'));
  await making.close();
  expect(log).toEqual(['failed: disk full', 'over']);
});

it('closes what it makes fail', async () => {
  const { log, making, open } = setUp();
  open();
  making.begin();
  making.fail('not taken');
  await vi.advanceTimersByTimeAsync(0);
  expect(log).toEqual(['failed: not taken', 'over', 'closing']);
});

it('gives up an output that does not end in time', async () => {
  const { log, making, open, emit } = setUp(() => new Promise(() => {}));
  open();
  making.begin();
  const closed = making.close();
  await vi.advanceTimersByTimeAsync(999);
  expect(log).toEqual(['closing']);
  await vi.advanceTimersByTimeAsync(1);
  await closed;
  emit(failed('too late'));
  expect(log).toEqual(['closing', 'over']);
});

it('survives an output whose close rejects or throws', async () => {
  for (const close of [
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no');
    },
  ]) {
    const { log, making, open } = setUp(close);
    open();
    making.begin();
    await making.close();
    expect(log).toEqual(['closing', 'over']);
  }
});

it('is over when an output fails while it is being closed', async () => {
  let finish = () => {};
  const { log, making, open, emit } = setUp(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  open();
  making.begin();
  const closed = making.close();
  emit(failed('disk full'));
  finish();
  await closed;
  expect(log).toEqual(['closing', 'failed: disk full', 'over']);
});
