import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EgressSettings } from '../../../src/egress/channel.js';
import { EgressProcess, EgressUnavailable } from '../../../src/egress/egress-process-handle.js';
import { type FakeFork, fakeForks } from '../../support/fake-fork.js';

const { fork } = vi.hoisted(() => ({ fork: vi.fn() }));
vi.mock('node:child_process', async (original) => ({ ...(await original<object>()), fork }));

const intake = { type: 'openIntake', id: 1 } as Parameters<EgressProcess['openIntake']>[0];
let exits: string[];

beforeEach(() => {
  vi.useFakeTimers();
  exits = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function open(): { process: EgressProcess; child: FakeFork } {
  const fake = fakeForks();
  fork.mockImplementation(fake.fork);
  const process = new EgressProcess(
    {} as EgressSettings,
    () => {},
    (reason) => exits.push(reason),
  );
  return { process, child: fake.forks[0] as FakeFork };
}

describe('an egress process that starts', () => {
  it('on a busy machine has half a minute to', async () => {
    const { process, child } = open();
    vi.advanceTimersByTime(29_999);
    child.say({ type: 'ready', port: 7 });
    await process.ready();
    vi.advanceTimersByTime(60_000);
    expect(child.signals).toEqual([]);
    expect(process.port).toBe(7);
  });

  it('and never is ready is killed', async () => {
    const { process, child } = open();
    vi.advanceTimersByTime(30_000);
    expect(child.signals).toEqual(['SIGKILL']);
    child.end();
    await expect(process.ready()).rejects.toThrow(EgressUnavailable);
    expect(exits).toEqual(['killed by SIGKILL']);
  });
});

describe('an egress process whose channel is cut', () => {
  it('is asked nothing any more, has time to finish its files, and is killed then', async () => {
    const { process, child } = open();
    child.say({ type: 'ready', port: 7 });
    await process.ready();
    const { length } = child.sent;
    child.disconnect();
    await expect(process.openIntake(intake)).rejects.toThrow('is not up');
    expect(child.sent).toHaveLength(length);
    vi.advanceTimersByTime(2299);
    expect(child.signals).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(child.signals).toEqual(['SIGKILL']);
    child.end();
    expect(exits).toEqual(['killed by SIGKILL']);
  });

  it('and that ends by itself is not killed, and leaves no timer; who waits for it is told', async () => {
    const { process, child } = open();
    child.say({ type: 'ready', port: 7 });
    await process.ready();
    const opening = expect(process.openIntake(intake)).rejects.toThrow('has ended: killed by SIGPIPE');
    child.disconnect();
    child.end('SIGPIPE');
    await opening;
    expect(vi.getTimerCount()).toBe(0);
    expect(child.signals).toEqual([]);
    expect(exits).toEqual(['killed by SIGPIPE']);
  });
});
