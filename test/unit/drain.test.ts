import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Drain } from '../../src/drain.js';
import { createLogger } from '../../src/kit/index.js';
import { openGate, type Session, type StreamAction, type StreamService } from '../../src/streams/index.js';

const log = createLogger({ level: 'silent' });
const session = {} as Session;
const action = (kind: 'publish' | 'play') => ({ kind, streamName: 'a' }) as StreamAction;

/** As much of streams as a drain sees. */
class Streams extends EventEmitter {
  idle = false;

  endLast(): void {
    this.idle = true;
    this.emit('status', { ended: true });
  }
}

let drain: Drain;
let streams: Streams;
let over: boolean;
const refuse = vi.fn();

function watch(): void {
  drain.watch(streams as unknown as StreamService, refuse);
}

beforeEach(() => {
  vi.useFakeTimers();
  refuse.mockClear();
  over = false;
  drain = new Drain(60_000, log);
  streams = new Streams();
  drain.over.then(() => {
    over = true;
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a drain', () => {
  it('changes nothing before it begins', async () => {
    watch();
    streams.endLast();
    await pass(100_000);
    expect({ over, draining: drain.draining, refused: refuse.mock.calls.length }).toEqual({
      over: false,
      draining: false,
      refused: 0,
    });
    const gate = drain.gate(openGate);
    expect(await gate.check(session, action('publish'))).toBeNull();
  });

  it('refuses clients and publishers, lets players in, and is over with the last stream', async () => {
    watch();
    drain.begin();
    const closed = { check: async () => 'no' };
    expect(drain.draining).toBe(true);
    expect(refuse).toHaveBeenCalledOnce();
    const asked = (kind: 'publish' | 'play', inner = openGate) =>
      drain.gate(inner).check(session, action(kind));
    expect(await asked('publish')).toBe('The server is draining');
    expect(await asked('play')).toBeNull();
    expect(await asked('play', closed)).toBe('no');
    streams.emit('status', { ended: true });
    await pass(59_000);
    expect(over).toBe(false);
    streams.endLast();
    await pass(0);
    expect(over).toBe(true);
  });

  it('is over at once where nothing flows', async () => {
    streams.idle = true;
    watch();
    drain.begin();
    await pass(0);
    expect(over).toBe(true);
  });

  it('is over when the time is up, which may be set anew', async () => {
    watch();
    drain.begin();
    await pass(50_000);
    drain.begin(20_000);
    await pass(19_000);
    expect(over).toBe(false);
    await pass(1000);
    expect({ over, refused: refuse.mock.calls.length }).toEqual({ over: true, refused: 1 });
  });

  it('that begins while the server starts waits for what there is to drain', async () => {
    drain.begin();
    await pass(0);
    expect(over).toBe(false);
    watch();
    expect(refuse).toHaveBeenCalledOnce();
    streams.endLast();
    await pass(0);
    expect(over).toBe(true);
  });
});
