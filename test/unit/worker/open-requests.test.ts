import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MediaUnavailable } from '../../../src/streams/index.js';
import type { ToMedia } from '../../../src/worker/channel.js';
import { OpenRequests } from '../../../src/worker/open-requests.js';

const limits = { inFlight: 4, waiting: 8, timeout: 5000 };
const credentials = [{ ufrag: 'u', password: 'p' }];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function make() {
  const posted: ToMedia[] = [];
  const requests = new OpenRequests((message) => posted.push(message), limits);
  const outcomes: Record<number, string> = {};
  const open = (id: number) => {
    const message: ToMedia = { type: 'openPublisher', id, transports: [], tracks: [] };
    requests.open(id, message).then(
      (given) => {
        outcomes[id] = given === credentials ? 'opened' : 'something else';
      },
      (error: Error) => {
        outcomes[id] = error instanceof MediaUnavailable ? error.message : `wrong error: ${error}`;
      },
    );
  };
  const openAll = (from: number, to: number) => {
    for (let id = from; id <= to; id += 1) open(id);
  };
  const ids = (type: ToMedia['type'] = 'openPublisher') =>
    posted.flatMap((message) => (message.type === type && 'id' in message ? [message.id] : []));
  const settled = () => vi.advanceTimersByTimeAsync(0);
  return { requests, outcomes, open, openAll, ids, settled };
}

describe('OpenRequests', () => {
  it('asks a few at a time, in order, and the next with each answer', async () => {
    const { requests, outcomes, openAll, ids, settled } = make();
    openAll(1, 6);
    expect(ids()).toEqual([1, 2, 3, 4]);
    requests.answer(2, credentials);
    expect(ids()).toEqual([1, 2, 3, 4, 5]);
    requests.answer(1, new MediaUnavailable('no memory'));
    for (const id of [3, 4, 5, 6]) requests.answer(id, credentials);
    await settled();
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(outcomes).toEqual({
      1: 'no memory',
      2: 'opened',
      3: 'opened',
      4: 'opened',
      5: 'opened',
      6: 'opened',
    });
    expect(requests.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses at once when too many wait', async () => {
    const { requests, outcomes, openAll, ids, settled } = make();
    openAll(1, 100);
    await settled();
    expect(ids()).toEqual([1, 2, 3, 4]);
    expect(requests.size).toBe(12);
    expect(Object.keys(outcomes)).toHaveLength(88);
    expect(outcomes[13]).toBe('too many requests wait for the media process');
  });

  it('gives up on a process that does not answer, asks it for nothing more, and closes what it opens late', async () => {
    const { requests, outcomes, open, openAll, ids, settled } = make();
    openAll(1, 6);
    requests.answer(1, credentials);
    await vi.advanceTimersByTimeAsync(4999);
    expect(Object.keys(outcomes)).toEqual(['1']);
    expect(requests.stalled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const late = 'the media process did not answer in time';
    expect(outcomes).toEqual({ 1: 'opened', 2: late, 3: late, 4: late, 5: late, 6: late });
    expect(requests.stalled).toBe(true);
    open(7);
    await settled();
    expect(outcomes[7]).toBe('the media process does not answer');
    expect(ids()).toEqual([1, 2, 3, 4, 5]);
    expect(requests.size).toBe(4);

    requests.answer(2, credentials);
    requests.answer(3, new MediaUnavailable('no memory'));
    requests.answer(4, credentials);
    expect(requests.stalled).toBe(true);
    requests.answer(5, credentials);
    expect(requests.stalled).toBe(false);
    expect(ids('close')).toEqual([2, 4, 5]);
    open(8);
    requests.answer(8, credentials);
    await settled();
    expect(outcomes[8]).toBe('opened');
    expect(requests.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not ask for what was given up while it waited', async () => {
    const { requests, openAll, ids } = make();
    openAll(1, 4);
    await vi.advanceTimersByTimeAsync(3000);
    openAll(5, 6);
    for (const id of [1, 2, 3]) requests.answer(id, credentials);
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6]);
    openAll(7, 9);
    await vi.advanceTimersByTimeAsync(5000);
    expect(requests.size).toBe(4);
    for (const id of [4, 5, 6, 7]) requests.answer(id, credentials);
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(requests.size).toBe(0);
  });

  it('ignores answers that nobody asked for', () => {
    const { requests, openAll, ids } = make();
    openAll(1, 1);
    requests.answer(1, credentials);
    for (const id of [1, 2, -1]) requests.answer(id, credentials);
    expect(ids('close')).toEqual([]);
    expect(requests.stalled).toBe(false);
  });

  it('ends with its process', async () => {
    const { requests, outcomes, openAll, settled } = make();
    openAll(1, 6);
    requests.end('it died');
    await settled();
    expect(Object.values(outcomes)).toEqual(Array(6).fill('it died'));
    expect(requests.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
