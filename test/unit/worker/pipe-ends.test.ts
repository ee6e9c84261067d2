import { afterEach, expect, it } from 'vitest';
import { Agenda } from '../../../src/kit/index.js';
import type { Feed } from '../../../src/media/index.js';
import { Arena, Poller } from '../../../src/native/index.js';
import { PlainPort } from '../../../src/transport/index.js';
import type { PeerHost, PeerTransport } from '../../../src/worker/peer.js';
import { PipeEnds } from '../../../src/worker/pipe-ends.js';
import { PublisherPeer } from '../../../src/worker/publisher-peer.js';
import { deltaPayload, keyPayload, rtpPacket, video } from '../media/support/packets.js';
import { settings } from '../media/support/publisher-bench.js';

const arena = new Arena(32 << 20);
const tag = 0x12345;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** A media process but for clients: its pipe port, its loop. */
function side() {
  const agenda = new Agenda();
  const pending: Feed[] = [];
  const host: PeerHost = {
    schedule: (task, due) => agenda.schedule(task, due),
    cancel: (task) => agenda.cancel(task),
    started: () => {},
    failed: () => {},
  };
  const port = new PlainPort({ arena });
  const poller = new Poller(arena, [port.descriptor]);
  closers.push(() => {
    port.close();
    poller.close();
  });
  const ends = new PipeEnds(port, host, settings);
  const turn = (now: number) => {
    poller.wait(2);
    port.receive(now);
    for (const feed of pending.splice(0)) feed.flush(now);
    agenda.run(now);
    port.flush();
  };
  return { agenda, host, port, ends, turn, onPending: (feed: Feed) => void pending.push(feed) };
}

/** A publisher with a transport that goes nowhere. */
function publisherAt({ host, onPending }: ReturnType<typeof side>) {
  const peer = new PublisherPeer(1, host);
  const sent: string[] = [];
  const room = arena.require(2048);
  const nowhere: PeerTransport = {
    memory: arena,
    connected: true,
    begin: () => room,
    sendRtp: () => 0,
    sendRtcp: (offset, length) =>
      sent.push(Buffer.from(arena.u8.subarray(offset, offset + length)).toString('hex')),
    close: () => arena.release(room),
  };
  peer.transports.push(nowhere);
  peer.build([video], arena, settings, onPending, () => {});
  peer.handlerFor(0).onConnected(0);
  const slot = arena.require(2048);
  closers.push(() => arena.release(slot));
  const send = (sequence: number, key: boolean, now: number) => {
    const payload = key ? keyPayload(sequence) : deltaPayload(sequence, 100);
    const bytes = rtpPacket({ sequence, timestamp: sequence * 3000, payload });
    arena.u8.set(bytes, slot);
    peer.media.onRtp(0, slot, bytes.length, now);
  };
  return { peer, send, sent };
}

it('a stream flows from one process to another over loopback, key frame first, and wishes flow back', () => {
  const [near, far] = [side(), side()];
  const { peer, send, sent } = publisherAt(near);
  for (let sequence = 0; sequence < 20; sequence++) send(sequence, sequence === 0, 10);
  const sink = far.ends.openSink(
    { type: 'openPipeSink', id: 2, tracks: [video], pipe: { tag, port: near.port.port } },
    far.onPending,
    20,
  ) as PublisherPeer;
  const source = near.ends.openSource(
    { type: 'openPipeSource', id: 3, publisher: 1, pipe: { tag, port: far.port.port } },
    peer,
    20,
  );
  if (typeof source === 'string') throw new Error(source);
  near.turn(20);
  far.turn(21);
  const [copy] = sink.media.tracks;
  expect([copy!.packets, copy!.keyFrames, copy!.group.first >= 0]).toEqual([20, 1, true]);
  send(20, false, 30);
  near.turn(30);
  far.turn(31);
  expect(copy!.packets).toBe(21);
  const { cache } = copy!;
  const slot = cache.find(copy!.last);
  const at = cache.payloadOffset(slot);
  const payload = arena.u8.slice(at, at + cache.payloadLength(slot));
  expect(payload).toEqual(deltaPayload(20, 100));

  sent.length = 0;
  sink.media.requestKeyFrame(40);
  far.turn(41);
  near.turn(42);
  // RFC 4585 section 6.3.1: PSFB, format 1.
  expect(sent.filter((hex) => hex.startsWith('81ce'))).toHaveLength(1);
});

it('leave no timer, no reader, no transport and no memory behind', () => {
  const [near, far] = [side(), side()];
  const { peer, send } = publisherAt(near);
  send(0, true, 10);
  const [timers, used] = [near.agenda.size, arena.used];
  const openSink = () =>
    far.ends.openSink(
      { type: 'openPipeSink', id: 2, tracks: [video], pipe: { tag, port: near.port.port } },
      far.onPending,
      20,
    );
  const openSource = (port: number) =>
    near.ends.openSource({ type: 'openPipeSource', id: 3, publisher: 1, pipe: { tag, port } }, peer, 20);
  const opened = [openSink(), openSource(far.port.port)];
  expect(openSink()).toBe('the pipe cannot be opened');
  expect(openSource(0)).toBe('the pipe cannot be opened');
  near.turn(20);
  far.turn(21);
  for (const end of opened) {
    if (typeof end === 'string') throw new Error(end);
    end.close();
    end.close();
  }
  expect([near.agenda.size, far.agenda.size]).toEqual([timers, 0]);
  expect([near.port.size, far.port.size]).toEqual([0, 0]);
  expect(peer.media.feed.readerCount).toBe(0);
  expect(arena.used).toBe(used);
  const ends = new PipeEnds(near.port, near.host, settings);
  const pipe = { tag, port: 0 };
  expect(ends.openSource({ type: 'openPipeSource', id: 4, publisher: 1, pipe }, peer, 30)).toBe(
    'the pipe cannot be opened',
  );
});
