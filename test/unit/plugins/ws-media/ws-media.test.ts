import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWsMedia } from '../../../../src/plugins/ws-media/index.js';
import type { Client, MediaSocket } from '../../../../src/signaling/index.js';
import type { Session } from '../../../../src/streams/index.js';
import { configOf } from '../../../support/extensions.js';
import { FakeEgress } from '../../../support/fake-egress.js';
import { makeService, makeSession, playRequest, publishRequest } from '../../streams/support.js';
import { packets, textOf } from './packets.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

class FakeSocket implements MediaSocket {
  readonly sent: Uint8Array[] = [];
  readonly unsent = 0;
  closing: string | null = null;
  private readonly listeners: (() => void)[] = [];

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  /** As the client does it too. */
  close(reason = ''): void {
    if (this.closing !== null) return;
    this.closing = reason;
    for (const listener of this.listeners) listener();
  }

  onClosed(listener: () => void): void {
    this.listeners.push(listener);
  }

  get text(): string {
    return textOf(this.sent);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A server with a stream called cam, and a player of it. */
async function makeScene({ offer = {} }: { offer?: object } = {}) {
  const { service, plane, log } = makeService({ maxMediaSessionsPerSession: 8 });
  const egress = new FakeEgress();
  const settings = configOf({}).wsMedia;
  const extension = createWsMedia({ settings, streams: service, egress, clock: () => 0 });
  await service.publish(makeSession(), publishRequest(offer));
  const endpoint = plane.last();
  endpoint.listener.onStarted();
  endpoint.listener.onVideoSize(1280, 720);
  const session = makeSession();
  const play = async (id: string, mediaProvider: string, more: object = {}, by = session) => {
    await service.play(by, playRequest({ mediaSessionId: id, mediaProvider, sdp: 'v=0', ...more }));
    await turn();
  };
  const connect = (by: Session = session) => {
    const socket = new FakeSocket();
    extension.onMediaSocket?.({ session: by } as Client, socket);
    return socket;
  };
  const say = (kind: 'mse' | 'wsplayer', text: string) =>
    egress.last(kind).says({ type: 'packets', packets: packets(text) });
  log.length = 0;
  return { service, egress, extension, endpoint, session, log, play, connect, say };
}

describe('MSE', () => {
  it('is played once there is a socket', async () => {
    const { egress, log, play, connect, say } = await makeScene();
    await play('a', 'MSE');
    expect(egress.last('mse').request).toEqual({
      kind: 'mse',
      width: 0,
      height: 0,
      bitrate: 0,
      quality: 0,
      keyFrameInterval: 2000,
    });
    egress.last('mse').says({ type: 'videoSize', width: 640, height: 360 });
    say('mse', 'K0 v1');
    expect(log).toEqual(['a answer']);
    const socket = connect();
    expect(socket.text).toBe('K0 v1');
    expect(log).toEqual(['a answer', 'a PLAYING', 'a 640x360']);
    egress.last('mse').says({ type: 'videoSize', width: 320, height: 180 });
    expect(log.at(-1)).toBe('a 320x180');
  });

  it('is of the size that comes, whatever the publisher’s is', async () => {
    const { endpoint, log, play, connect, say } = await makeScene();
    await play('a', 'MSE', { width: 320 });
    connect();
    say('mse', 'K0');
    endpoint.listener.onVideoSize(640, 360);
    expect(log).toEqual(['a answer', 'a PLAYING', 'pub-1 640x360']);
  });

  it('has a socket for each stream: the one that waits longest gets the next', async () => {
    const { egress, play, connect, say } = await makeScene();
    await play('a', 'MSE');
    await play('b', 'MSE', { width: 320 });
    const [first, second] = [connect(), connect()];
    say('mse', 'K1');
    expect([first.text, second.text]).toEqual(['', 'K1']);
    egress.outputs[0]!.says({ type: 'packets', packets: packets('K2') });
    expect([first.text, second.text]).toEqual(['K2', 'K1']);
  });

  it('is made once for all who want it so, and some seconds longer', async () => {
    const { service, egress, session, play, connect } = await makeScene();
    const others = [makeSession(), makeSession()];
    await play('a', 'MSE');
    await play('b', 'MSE', {}, others[0]);
    await play('c', 'MSE', { bitrate: 300 }, others[1]);
    for (const one of [session, ...others]) connect(one);
    expect(egress.outputs).toHaveLength(2);
    service.stop(session, 'a');
    vi.advanceTimersByTime(10_000);
    expect(egress.outputs.map(({ closed }) => closed)).toEqual([0, 0]);
    service.stop(others[0]!, 'b');
    vi.advanceTimersByTime(4999);
    await play('d', 'MSE');
    connect();
    vi.advanceTimersByTime(10_000);
    expect(egress.outputs.map(({ closed }) => closed)).toEqual([0, 0]);
    service.stop(session, 'd');
    vi.advanceTimersByTime(5000);
    await turn();
    expect(egress.outputs.map(({ closed }) => closed)).toEqual([1, 0]);
    await play('e', 'MSE');
    expect(egress.outputs).toHaveLength(3);
  });

  it('makes room with what nobody watches any more', async () => {
    const { service, egress, session, log, play } = await makeScene();
    egress.room = 2;
    for (const [id, width] of [
      ['a', 100],
      ['b', 200],
      ['c', 300],
    ] as const)
      await play(id, 'MSE', { width });
    expect(log.at(-1)).toBe('c FAILED (No available transcoders)');
    service.stop(session, 'a');
    await play('d', 'MSE', { width: 400 });
    expect(log.at(-1)).toBe('d answer');
    expect(egress.outputs.map(({ closed }) => closed)).toEqual([1, 0, 0]);
    await play('e', 'MSE', { width: 500 });
    expect(log.at(-1)).toBe('e FAILED (No available transcoders)');
  });

  it('fails without a socket', async () => {
    const { log, play } = await makeScene();
    await play('a', 'MSE');
    vi.advanceTimersByTime(14_999);
    expect(log).toEqual(['a answer']);
    vi.advanceTimersByTime(1);
    expect(log.at(-1)).toBe('a FAILED (Failed by ICE timeout)');
  });

  it('fails when its socket goes, unless it says soon that it has stopped', async () => {
    const { service, log, session, play, connect, say } = await makeScene();
    for (const id of ['a', 'b']) {
      await play(id, 'MSE');
      const socket = connect();
      if (id === 'a') say('mse', 'K0');
      socket.close();
    }
    vi.advanceTimersByTime(2900);
    service.stop(session, 'a');
    vi.advanceTimersByTime(200);
    expect(log.slice(-2)).toEqual(['a STOPPED (Stopped by user)', 'b FAILED (Failed by error)']);
  });

  it('closes its socket when it ends, however that comes about', async () => {
    const { service, egress, session, log, play, connect } = await makeScene();
    await play('a', 'MSE');
    const first = connect();
    service.stop(session, 'a');
    await play('b', 'MSE');
    const second = connect();
    egress.last('mse').ends();
    expect([first.closing, second.closing]).toEqual(['the stream has ended', 'the stream has ended']);
    expect(log.at(-1)).toBe('b FAILED (Failed by error)');
  });

  it('ends while it is being opened', async () => {
    const { service, egress, session, log } = await makeScene();
    let open = () => {};
    egress.gate = new Promise((resolve) => {
      open = resolve;
    });
    const request = playRequest({ mediaSessionId: 'a', mediaProvider: 'MSE', sdp: 'v=0' });
    const playing = service.play(session, request);
    await turn();
    service.closeSession(session);
    open();
    await playing;
    await turn();
    expect(log).toEqual(['a FAILED (Stopped by session disconnect)']);
    vi.advanceTimersByTime(5000);
    await turn();
    expect(egress.last('mse').closed).toBe(1);
  });

  it.each([
    ['Transcoding required, but disabled', 'Transcoding required, but disabled'],
    ['No available transcoders', 'No available transcoders'],
    ['the egress process is not up', 'Failed to add stream to proxy'],
  ])('cannot be: %s', async (reason, info) => {
    const { egress, log, play } = await makeScene();
    egress.refusal = reason;
    await play('a', 'MSE');
    expect(log).toEqual([`a FAILED (${info})`]);
    egress.refusal = null;
    await play('b', 'MSE');
    expect(log.at(-1)).toBe('b answer');
  });
});

describe('WSPlayer', () => {
  it('has one socket for one stream after the other', async () => {
    const { service, session, log, play, connect, say } = await makeScene();
    const socket = connect();
    await play('a', 'WSPlayer');
    say('wsplayer', 'K0 v1');
    expect(socket.text).toBe('K0 v1');
    service.stop(session, 'a');
    say('wsplayer', 'v2');
    await play('b', 'WSPlayer');
    expect(socket.text).toBe('K0 v1 K0 v1 v2');
    expect(socket.closing).toBe(null);
    await play('c', 'WSPlayer');
    expect(log.slice(-3)).toEqual(['c answer', 'b STOPPED (Stopped by user)', 'c PLAYING']);
  });

  it('gets the newest socket, which may come late', async () => {
    const { log, play, connect, say } = await makeScene();
    await play('a', 'WSPlayer');
    say('wsplayer', 'K0');
    const first = connect();
    const second = connect();
    expect([first.closing, second.closing]).toEqual(['another one has come', null]);
    expect([first.text, second.text]).toEqual(['K0', 'K0']);
    vi.advanceTimersByTime(20_000);
    say('wsplayer', 'v1');
    expect([first.text, second.text]).toEqual(['K0', 'K0 v1']);
    expect(log).toEqual(['a answer', 'a PLAYING']);
  });

  it('does not get a socket that MSE waits for', async () => {
    const { play, connect, say } = await makeScene();
    const page = connect();
    await play('a', 'MSE');
    const media = connect();
    say('mse', 'K0');
    expect([page.text, media.text]).toEqual(['', 'K0']);
  });

  it.each([
    ['no wider than 640', {}, { width: 640, height: 0 }],
    ['of the size that is asked for', { width: 320, height: 100 }, { width: 320, height: 100 }],
    ['of the height that is asked for', { height: 100 }, { width: 0, height: 100 }],
  ])('is %s', async (_what, asked, size) => {
    const { egress, play } = await makeScene();
    await play('a', 'WSPlayer', asked);
    expect(egress.last('wsplayer').request).toEqual({ kind: 'wsplayer', ...size, bitrate: 0, quality: 0 });
  });

  it('is not made wider than it is published', async () => {
    const { egress, endpoint, play } = await makeScene();
    endpoint.listener.onVideoSize(320, 180);
    await play('a', 'WSPlayer');
    expect(egress.last('wsplayer').request).toMatchObject({ width: 320, height: 0 });
  });
});
