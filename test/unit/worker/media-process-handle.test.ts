import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaListener } from '../../../src/streams/index.js';
import type { MediaProcessSettings } from '../../../src/worker/channel.js';
import { MediaPool } from '../../../src/worker/media-pool.js';
import { MediaProcess } from '../../../src/worker/media-process-handle.js';
import { type FakeFork, fakeForks } from '../../support/fake-fork.js';

const { forks, fork } = vi.hoisted(() => ({ forks: [] as FakeFork[], fork: vi.fn() }));
vi.mock('node:child_process', async (original) => ({ ...(await original<object>()), fork }));

const ready = { type: 'ready', ports: { udp: 1, tcp: 2, pipe: 3 } };
const settings = { socketBuffer: 0, port: 0, tcp: null } as unknown as MediaProcessSettings;

beforeEach(() => {
  const fake = fakeForks();
  forks.length = 0;
  fork.mockImplementation(() => {
    const child = fake.fork();
    forks.push(child);
    return child;
  });
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const exits: string[] = [];
  const process = new MediaProcess(0, settings.socketBuffer, {
    onNote: () => {},
    onExit: (reason) => exits.push(reason),
  });
  const child = forks[0] as FakeFork;
  const started = process.start(Promise.resolve(settings));
  return { process, child, exits, started };
}

/** One whose settings are still being made. */
function openUnmade() {
  const process = new MediaProcess(0, settings.socketBuffer, { onNote: () => {}, onExit: () => {} });
  let [resolve, reject] = [(_: typeof settings) => {}, (_: Error) => {}];
  const making = new Promise<typeof settings>((...both) => {
    [resolve, reject] = both;
  });
  return { process, child: forks[0] as FakeFork, made: { settings: making, resolve, reject } };
}

/** One that serves, and carries an endpoint. */
async function openServing() {
  const opened = open();
  opened.child.say(ready);
  await opened.started;
  const failures: string[] = [];
  const listener = { onFailed: (failure: string) => failures.push(failure) } as unknown as MediaListener;
  const opening = opened.process.open(
    (id) => ({ type: 'openPublisher', id, transports: [], tracks: [] }),
    listener,
    () => [],
  );
  opened.child.say({ type: 'opened', id: opened.child.sent.at(-1)?.id, credentials: [] });
  await opening;
  return { ...opened, failures };
}

describe('a media process that starts', () => {
  it('on a busy machine has half a minute to', async () => {
    const { child, started, process } = open();
    vi.advanceTimersByTime(29_999);
    expect(child.signals).toEqual([]);
    child.say(ready);
    await started;
    expect(process.serving).toBe(true);
    // Its counters come each second from now on.
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1000);
      child.say({ type: 'note', message: '' });
    }
    expect(child.signals).toEqual([]);
  });

  it('gets its settings when they are made', async () => {
    const { process, child, made } = openUnmade();
    const started = process.start(made.settings);
    expect(child.sent).toEqual([]);
    made.resolve(settings);
    await vi.advanceTimersByTimeAsync(0);
    expect(child.sent).toEqual([{ type: 'start', settings }]);
    child.say(ready);
    await started;
  });

  it('and for which there are no settings is said to be no good', async () => {
    const { process, made } = openUnmade();
    const started = process.start(made.settings);
    made.reject(new Error('no certificate'));
    await expect(started).rejects.toThrow('no certificate');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('and dies before its settings are made has not been ready', async () => {
    const { process, child, made } = openUnmade();
    const failed = expect(process.start(made.settings)).rejects.toThrow('ended before it was ready');
    child.end();
    await failed;
    made.resolve(settings);
    await vi.advanceTimersByTimeAsync(0);
    expect(child.sent).toEqual([]);
  });

  it('and never is ready is killed, and said not to have been', async () => {
    const { child, started, exits } = open();
    const failed = expect(started).rejects.toThrow('ended before it was ready: killed by SIGKILL');
    vi.advanceTimersByTime(30_000);
    expect(child.signals).toEqual(['SIGKILL']);
    child.end();
    await failed;
    expect(exits).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a media process whose channel is cut', () => {
  it('serves no longer, and is killed when it does not end by itself; its endpoints fail', async () => {
    const { process, child, exits, failures } = await openServing();
    child.disconnect();
    expect(process.serving).toBe(false);
    vi.advanceTimersByTime(249);
    expect(child.signals).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(child.signals).toEqual(['SIGKILL']);
    child.end();
    expect(failures).toEqual(['media-process']);
    expect(exits).toEqual(['killed by SIGKILL']);
  });

  it('and that ends by itself is not killed, and leaves no timer', async () => {
    const { child, exits } = await openServing();
    child.disconnect();
    vi.advanceTimersByTime(100);
    child.end('SIGPIPE');
    expect(exits).toEqual(['killed by SIGPIPE']);
    expect(vi.getTimerCount()).toBe(0);
    expect(child.signals).toEqual([]);
  });

  it('since it is closed has its time to say goodbye', async () => {
    const { process, child, exits } = await openServing();
    const closed = process.close();
    expect(child.connected).toBe(false);
    vi.advanceTimersByTime(999);
    expect(child.signals).toEqual([]);
    child.end('SIGTERM');
    await closed;
    expect(exits).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a media process that dies is replaced at once, then after a quarter of a second, and each second at most', async () => {
  const pool = new MediaPool({
    size: 1,
    settings,
    spreadAbove: 1,
    certificate: Promise.resolve({}),
    addresses: () => [],
  } as unknown as ConstructorParameters<typeof MediaPool>[0]);
  const replaced: number[] = [];
  pool.on('replaced', (pid) => replaced.push(pid));
  const opened = pool.open();
  forks[0]?.say(ready);
  await opened;
  forks[0]?.end();
  expect(forks).toHaveLength(2);
  for (const wait of [250, 500, 1000, 1000]) {
    const tries = forks.length;
    forks.at(-1)?.end();
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(forks).toHaveLength(tries);
    await vi.advanceTimersByTimeAsync(1);
    expect(forks).toHaveLength(tries + 1);
  }
  forks.at(-1)?.say(ready);
  await vi.advanceTimersByTimeAsync(0);
  expect(replaced).toEqual([forks.at(-1)?.pid]);
  const closed = pool.close();
  forks.at(-1)?.end('SIGTERM');
  await closed;
});
