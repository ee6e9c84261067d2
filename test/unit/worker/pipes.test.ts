import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ToMedia } from '../../../src/worker/channel.js';
import { Endpoint, type MediaProcess } from '../../../src/worker/media-process-handle.js';
import { Pipes } from '../../../src/worker/pipes.js';
import { video } from '../media/support/packets.js';

const linger = 1000;

/** A media process that opens what it is asked to, unless it is told to refuse. */
class FakeProcess {
  readonly ports: { udp: number; tcp: number; pipe: number };
  readonly requests: ToMedia[] = [];
  readonly endpoints = new Map<number, Endpoint>();
  refuses = '';
  private nextId = 1;

  constructor(pipe: number) {
    this.ports = { udp: 0, tcp: 0, pipe };
  }

  get itself(): MediaProcess {
    return this as unknown as MediaProcess;
  }

  get opened(): string[] {
    return [...this.endpoints.keys()].map(
      (id) => this.requests.find((one) => 'id' in one && one.id === id)!.type,
    );
  }

  async open(
    request: (id: number) => ToMedia,
    _: unknown,
    __: unknown,
    onGone: () => void,
  ): Promise<Endpoint> {
    const id = this.nextId++;
    const message = request(id);
    this.requests.push(message);
    const endpoint = new Endpoint(this.itself, id, {} as Endpoint['listener'], [], onGone);
    this.endpoints.set(id, endpoint);
    await Promise.resolve();
    if (message.type === this.refuses) {
      this.closeEndpoint(id);
      throw new Error('refused');
    }
    return endpoint;
  }

  has(endpoint: Endpoint): boolean {
    return this.endpoints.get(endpoint.id) === endpoint;
  }

  closeEndpoint(id: number): void {
    const endpoint = this.endpoints.get(id);
    if (this.endpoints.delete(id)) endpoint!.onGone();
  }

  die(): void {
    for (const id of [...this.endpoints.keys()]) this.closeEndpoint(id);
  }
}

async function setUp() {
  const [home, away, third] = [new FakeProcess(7001), new FakeProcess(7002), new FakeProcess(7003)] as const;
  const pipes = new Pipes(linger);
  const publisher: Endpoint = await home.open(
    (id) => ({ type: 'openPublisher', id, transports: [], tracks: [video] }),
    null,
    null,
    () => pipes.drop(publisher),
  );
  pipes.add(publisher, [video]);
  const opened = () => [home, away, third].map((process) => process.opened);
  return { home, away, third, pipes, publisher, opened };
}

const onlyPublisher = [['openPublisher'], [], []];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('opens a pipe with its first viewer, the far end first, and one for all of them', async () => {
  const { home, away, pipes, publisher, opened } = await setUp();
  const [first, second] = [pipes.use(publisher, away.itself), pipes.use(publisher, away.itself)];
  expect(second).toBe(first);
  const sink = await first.sink;
  expect(opened()).toEqual([['openPublisher', 'openPipeSource'], ['openPipeSink'], []]);
  expect([sink.process, sink.id]).toEqual([away, 1]);
  const [to, from] = [away.requests[0]!, home.requests[1]!];
  expect(to).toEqual({ type: 'openPipeSink', id: 1, tracks: [video], pipe: { tag: first.tag, port: 7001 } });
  expect(from).toMatchObject({ publisher: publisher.id, pipe: { tag: first.tag, port: 7002 } });
  expect(pipes.carriers(publisher)).toEqual([away]);
});

it('closes both ends some time after the last viewer has left, unless another one comes', async () => {
  const { away, pipes, publisher, opened } = await setUp();
  const pipe = pipes.use(publisher, away.itself);
  pipes.use(publisher, away.itself);
  await pipe.sink;
  pipes.release(pipe);
  vi.advanceTimersByTime(2 * linger);
  expect(pipes.size).toBe(1);
  pipes.release(pipe);
  vi.advanceTimersByTime(linger - 1);
  expect(pipes.use(publisher, away.itself)).toBe(pipe);
  vi.advanceTimersByTime(2 * linger);
  expect(pipes.size).toBe(1);
  pipes.release(pipe);
  vi.advanceTimersByTime(linger);
  expect(opened()).toEqual(onlyPublisher);
  expect([pipes.size, pipes.carriers(publisher)]).toEqual([0, []]);
  const again = pipes.use(publisher, away.itself);
  expect(again).not.toBe(pipe);
  expect((await again.sink).process).toBe(away);
});

it('closes all pipes of a publisher with it', async () => {
  const { away, third, pipes, publisher, opened } = await setUp();
  const both = [away, third].map(({ itself }) => pipes.use(publisher, itself));
  await Promise.all(both.map(({ sink }) => sink));
  expect(pipes.size).toBe(2);
  publisher.close();
  expect(opened()).toEqual([[], [], []]);
  expect(pipes.size).toBe(0);
  expect(() => pipes.use(publisher, away.itself)).toThrow('the stream has ended');
  for (const pipe of both) pipes.release(pipe);
  vi.advanceTimersByTime(2 * linger);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(['home', 'away'] as const)('closes a pipe when the process at one end dies: %s', async (end) => {
  const { pipes, publisher, opened, ...processes } = await setUp();
  await pipes.use(publisher, processes.away.itself).sink;
  await pipes.use(publisher, processes.third.itself).sink;
  processes[end].die();
  if (end === 'home') expect(opened()).toEqual([[], [], []]);
  else expect(opened()).toEqual([['openPublisher', 'openPipeSource'], [], ['openPipeSink']]);
  expect(pipes.size).toBe(end === 'home' ? 0 : 1);
});

it.each(['openPipeSink', 'openPipeSource'])('leaves nothing behind when %s is refused', async (refused) => {
  const { home, away, pipes, publisher, opened } = await setUp();
  home.refuses = refused;
  away.refuses = refused;
  const pipe = pipes.use(publisher, away.itself);
  await expect(pipe.sink).rejects.toThrow('refused');
  pipes.release(pipe);
  await vi.runAllTimersAsync();
  expect(opened()).toEqual(onlyPublisher);
  expect([pipes.size, pipes.carriers(publisher)]).toEqual([0, []]);
});

it('leaves nothing behind when the publisher ends while a pipe opens, at whatever step', async () => {
  for (let steps = 0; steps < 12; steps++) {
    const { away, pipes, publisher, opened } = await setUp();
    const pipe = pipes.use(publisher, away.itself);
    const outcome = pipe.sink.then(
      () => 'open',
      () => 'failed',
    );
    for (let step = 0; step < steps; step++) await Promise.resolve();
    publisher.close();
    await outcome;
    await vi.runAllTimersAsync();
    expect(opened(), `after ${steps} steps`).toEqual([[], [], []]);
    expect(pipes.size).toBe(0);
  }
});

it('leads a stream out, from the port of its process, until it is closed', async () => {
  const { home, pipes, publisher } = await setUp();
  const closed = vi.fn();
  const outlet = pipes.outlet(publisher, closed);
  expect([outlet.port, pipes.size]).toEqual([7001, 1]);
  await outlet.open(8000);
  expect(home.requests.at(-1)).toMatchObject({
    type: 'openPipeSource',
    publisher: publisher.id,
    pipe: { tag: outlet.tag, port: 8000 },
  });
  outlet.close();
  outlet.close();
  expect([closed.mock.calls.length, pipes.size, home.opened]).toEqual([1, 0, ['openPublisher']]);
  await expect(outlet.open(8000)).rejects.toThrow('closed');
});

it('closes the ways out of a stream that ends, and gives none of one that has', async () => {
  const { home, pipes, publisher } = await setUp();
  const closed = vi.fn();
  const [open, unopened] = [pipes.outlet(publisher, closed), pipes.outlet(publisher, closed)];
  await open.open(8000);
  home.die();
  expect([closed.mock.calls.length, pipes.size, home.opened]).toEqual([2, 0, []]);
  await expect(unopened.open(8000)).rejects.toThrow('closed');
  expect(() => pipes.outlet(publisher, closed)).toThrow('ended');
});

it('says so when a way out is refused, or closed while it opens, and keeps nothing of it', async () => {
  const { home, pipes, publisher } = await setUp();
  const closed = vi.fn();
  home.refuses = 'openPipeSource';
  await expect(pipes.outlet(publisher, closed).open(8000)).rejects.toThrow('refused');
  home.refuses = '';
  const outlet = pipes.outlet(publisher, closed);
  const opening = outlet.open(8000);
  outlet.close();
  await expect(opening).rejects.toThrow('closed');
  expect([closed.mock.calls.length, pipes.size, home.opened]).toEqual([2, 0, ['openPublisher']]);
});
