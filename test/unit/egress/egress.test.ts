import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Egress } from '../../../src/egress/egress.js';
import type { OutputRequest } from '../../../src/egress/outputs/output.js';
import { type MediaEndpoint, type MediaPipes, MediaUnavailable } from '../../../src/streams/index.js';
import { video } from '../media/support/packets.js';
import { settings, until } from './support.js';

const entry = new URL('../../fixtures/egress-child.mjs', import.meta.url);

/** Outlets of streams that can end, counted. */
class FakePipes {
  readonly open = new Map<number, { close: () => void }>();
  opened: number[] = [];
  taken = 0;
  nextTag = 1;
  refuses = false;
  ended = false;
  /** While set, outlets wait for it when they open. */
  gate: Promise<void> = Promise.resolve();

  get itself(): MediaPipes {
    return this as unknown as MediaPipes;
  }

  outlet(_publisher: MediaEndpoint, onClosed: () => void) {
    if (this.ended) throw new MediaUnavailable('the stream has ended');
    const tag = this.nextTag++;
    this.taken += 1;
    const outlet = {
      tag,
      port: 1234,
      open: async (to: number) => {
        await this.gate;
        if (this.refuses || !this.open.has(tag)) {
          outlet.close();
          throw new MediaUnavailable('no room');
        }
        this.opened.push(to);
      },
      close: () => {
        if (this.open.delete(tag)) onClosed();
      },
    };
    this.open.set(tag, outlet);
    return outlet;
  }

  endStreams(): void {
    for (const outlet of [...this.open.values()]) outlet.close();
  }
}

let pipes: FakePipes;
let egress: Egress;
const died: string[] = [];
const notes: string[] = [];

function start(packetMemory = settings.packetMemory): void {
  egress = new Egress(pipes.itself, Promise.resolve({ ...settings, packetMemory }), { entry, linger: 1000 });
  egress.on('died', (_pid, reason) => died.push(reason));
  egress.on('note', (message) => notes.push(message));
}

beforeEach(() => {
  // Time passes as the test says, in this process alone.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  died.length = 0;
  notes.length = 0;
  pipes = new FakePipes();
  start();
});

afterEach(async () => {
  await egress.close();
  expect([egress.size, pipes.open.size]).toEqual([0, 0]);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const publication = () => ({ endpoint: {} as MediaEndpoint, tracks: [video] });

function listen() {
  const log: string[] = [];
  return {
    log,
    listener: {
      onEvent: ({ type }: { type: string }) => log.push(type),
      onClosed: () => log.push('closed'),
    },
  };
}

const want = (kind: string) => ({ kind }) as unknown as OutputRequest;

describe('Egress', () => {
  it('starts its process with the first request, and takes a stream in once for all', async () => {
    expect(egress.pid).toBeNull();
    const source = publication();
    const [one, two] = [listen(), listen()];
    const outputs = await Promise.all([
      egress.open(source, want('plain'), one.listener),
      egress.open(source, want('plain'), two.listener),
    ]);
    expect([pipes.taken, pipes.opened, egress.size]).toEqual([1, [4321], 1]);
    const other = await egress.open(publication(), want('plain'), listen().listener);
    expect([pipes.taken, egress.size]).toEqual([2, 2]);
    other.close();
    outputs[0]?.close();
    outputs[0]?.close();
    await until(() => one.log.length > 0);
    expect([one.log, two.log]).toEqual([['closed'], []]);
    expect(pipes.open.size).toBe(2);
  });

  it('keeps a stream a while after the last output, for the next, then lets it go', async () => {
    const source = publication();
    const { log, listener } = listen();
    const first = await egress.open(source, want('plain'), listener);
    first.close();
    await until(() => log.length > 0);
    vi.advanceTimersByTime(999);
    const second = await egress.open(source, want('plain'), listener);
    vi.advanceTimersByTime(10_000);
    expect(pipes.open.size).toBe(1);
    second.close();
    await until(() => log.length > 1);
    vi.advanceTimersByTime(1000);
    expect([pipes.taken, pipes.open.size, egress.size]).toEqual([1, 0, 0]);
    await until(() => notes.includes('closed intake 1'));
    await egress.open(source, want('plain'), listener);
    expect(pipes.taken).toBe(2);
  });

  it('tells of an output that fails at once, in order', async () => {
    const { log, listener } = listen();
    await egress.open(publication(), want('fails at once'), listener);
    await until(() => log.length === 2);
    expect(log).toEqual(['failed', 'closed']);
  });

  it('rejects what is refused, and lets the stream go', async () => {
    const { log, listener } = listen();
    await expect(egress.open(publication(), want('refused'), listener)).rejects.toThrow('not today');
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(egress.size).toBe(0);
    pipes.nextTag = 99;
    await expect(egress.open(publication(), want('plain'), listener)).rejects.toThrow('not today');
    expect([egress.size, pipes.open.size]).toEqual([0, 0]);
    pipes.nextTag = 1;
    pipes.refuses = true;
    await expect(egress.open(publication(), want('plain'), listener)).rejects.toThrow('no room');
    pipes.ended = true;
    await expect(egress.open(publication(), want('plain'), listener)).rejects.toThrow('the stream has ended');
    expect([egress.size, pipes.open.size]).toEqual([0, 0]);
  });

  it('rejects what a stream was to be made into that ends meanwhile', async () => {
    let go = () => {};
    pipes.gate = new Promise((resolve) => {
      go = resolve;
    });
    const opening = egress.open(publication(), want('plain'), listen().listener);
    opening.catch(() => {});
    await until(() => pipes.open.size === 1);
    pipes.endStreams();
    go();
    await expect(opening).rejects.toThrow(MediaUnavailable);
    expect(egress.size).toBe(0);
  });

  it.each(['dies', 'exits'])('is started anew by the next request when its process %s', async (kind) => {
    const source = publication();
    const { log, listener } = listen();
    await egress.open(source, want('plain'), listener);
    await expect(egress.open(source, want(kind), listen().listener)).rejects.toThrow('has ended');
    expect(log).toEqual(['closed']);
    expect([died.length, egress.pid, egress.size, pipes.open.size]).toEqual([1, null, 0, 0]);
    await egress.open(source, want('plain'), listener);
    expect([pipes.taken, egress.size]).toEqual([2, 1]);
  });

  it('ends with its process when that is killed', async () => {
    const { log, listener } = listen();
    const output = await egress.open(publication(), want('plain'), listener);
    process.kill(egress.pid as number, 'SIGKILL');
    await until(() => died.length > 0);
    expect(died).toEqual(['killed by SIGKILL']);
    expect([log, egress.size, pipes.open.size]).toEqual([['closed'], 0, 0]);
    output.close();
  });

  it('rejects requests whose process dies while the stream is taken in', async () => {
    pipes.nextTag = 98;
    const source = publication();
    const results = await Promise.allSettled([
      egress.open(source, want('plain'), listen().listener),
      egress.open(source, want('plain'), listen().listener),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([egress.size, pipes.open.size, died.length]).toEqual([0, 0, 1]);
  });

  it('kills a process that does not start, and rejects at once what one cannot that ends', async () => {
    start(-1);
    const waiting = egress.open(publication(), want('plain'), listen().listener);
    waiting.catch(() => {});
    await until(() => egress.pid !== null);
    vi.advanceTimersByTime(30_000);
    await expect(waiting).rejects.toThrow('killed by SIGKILL');
    start(0);
    await expect(egress.open(publication(), want('plain'), listen().listener)).rejects.toThrow('exit code 1');
    expect(pipes.taken).toBe(0);
  });

  it('waits 5 s for an answer, and then has the output closed in case it was opened', async () => {
    const { log, listener } = listen();
    const opening = egress.open(publication(), want('silent'), listener);
    opening.catch(() => {});
    await until(() => pipes.opened.length > 0);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(5000);
    await expect(opening).rejects.toThrow('does not answer');
    await until(() => notes.length > 0);
    expect(notes).toEqual(['closed 2']);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(100_000);
    // It has spoken since, and so lives.
    expect(egress.pid).not.toBeNull();
  });

  it('asks nothing of a process that is stopped, and kills it when it stays so', async () => {
    const source = publication();
    const { log, listener } = listen();
    await egress.open(source, want('plain'), listener);
    const { pid } = egress;
    process.kill(pid as number, 'SIGSTOP');
    const opening = egress.open(source, want('plain'), listen().listener);
    opening.catch(() => {});
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(5000);
    await expect(opening).rejects.toThrow('does not answer');
    await expect(egress.open(source, want('plain'), listen().listener)).rejects.toThrow('does not answer');
    vi.advanceTimersByTime(15_000);
    await until(() => died.length > 0);
    expect([died, log]).toEqual([['killed by SIGKILL'], ['closed']]);
    expect(notes).toEqual([`egress process ${pid} hangs, it is killed`]);
    await egress.open(source, want('plain'), listener);
  });

  it('has one that went on after being stopped close what it was asked for in vain', async () => {
    const source = publication();
    await egress.open(source, want('plain'), listen().listener);
    const { pid } = egress;
    process.kill(pid as number, 'SIGSTOP');
    const { log, listener } = listen();
    const opening = egress.open(source, want('plain'), listener);
    opening.catch(() => {});
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(5000);
    await expect(opening).rejects.toThrow('does not answer');
    process.kill(pid as number, 'SIGCONT');
    await until(() => notes.length > 0);
    expect(notes).toEqual(['closed 3']);
    await egress.open(source, want('plain'), listen().listener);
    expect([log, died, egress.pid]).toEqual([[], [], pid]);
  });

  it('ends with its process when the channel is closed from there', async () => {
    const { log, listener } = listen();
    await egress.open(publication(), want('plain'), listener);
    await expect(egress.open(publication(), want('disconnects'), listen().listener)).rejects.toThrow('ended');
    expect([log, died.length, egress.size]).toEqual([['closed'], 1, 0]);
  });

  it('can be closed while something is being opened, and opens nothing then', async () => {
    const { log, listener } = listen();
    await egress.open(publication(), want('plain'), listener);
    pipes.nextTag = 97;
    const opening = egress.open(publication(), want('plain'), listen().listener);
    opening.catch(() => {});
    await until(() => pipes.open.size === 2);
    await egress.close();
    await expect(opening).rejects.toThrow('has ended');
    await expect(egress.open(publication(), want('plain'), listener)).rejects.toThrow('the server stops');
    expect([log, died]).toEqual([['closed'], []]);
  });
});
