import { afterEach, describe, expect, it } from 'vitest';
import type { WebRtcTransport } from '../../../src/transport/index.js';
import { arena, closeAll, Recorder, type scene, tcpScene } from './support/scene.js';
import type { TestPeer } from './support/test-peer.js';

afterEach(() => closeAll());

let sequence = 0;

/** Sends a packet and tells by which way it came: '' for not at all. */
function wayOf(stage: ReturnType<typeof scene>['stage'], transport: WebRtcTransport, peer: TestPeer): string {
  const overTcp = stage.mux.stats.tcp?.queued ?? 0;
  const overUdp = stage.mux.stats.sent.datagrams;
  const had = peer.packets.length;
  const at = transport.begin(13);
  if (at < 0) return '';
  sequence += 1;
  arena.view.setUint32(at, 0x8060_0000 + sequence);
  transport.sendRtp(at, 12, at + 12, 1, sequence);
  stage.mux.flush();
  peer.receive(transport.credentials);
  if (peer.packets.length === had) return '';
  return `${'tcp'.repeat((stage.mux.stats.tcp?.queued ?? 0) - overTcp)}${'udp'.repeat(stage.mux.stats.sent.datagrams - overUdp)}`;
}

describe('a peer that comes from another address', () => {
  it('goes on with its session from UDP to TCP, to another TCP connection, and back', () => {
    const handler = new Recorder();
    const { stage, transport, peer } = tcpScene(handler);
    const checkAnew = () => {
      peer.check(transport.credentials, { nominate: true });
      stage.settle(transport, peer);
    };
    const first = peer.link;
    peer.link = null;
    stage.connect(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('udp');
    peer.link = first;
    checkAnew();
    expect(wayOf(stage, transport, peer)).toBe('tcp');
    peer.connectTcp(stage.tcpPort);
    checkAnew();
    expect(wayOf(stage, transport, peer)).toBe('tcp');
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.at(-1)).toMatch(/^rtp/);
    peer.link = null;
    peer.move();
    checkAnew();
    expect(wayOf(stage, transport, peer)).toBe('udp');
    peer.sendRtp(2, Buffer.from('02', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.map((event) => event.split(' ')[0])).toEqual(['connected', 'rtp', 'rtp']);
  });

  it('gets media where it was heard of last when its connection breaks, and none until then', () => {
    const { stage, transport, peer, link } = tcpScene();
    stage.connect(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('tcp');
    link.write(Buffer.from('ffff', 'hex'));
    stage.settle(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('');
    peer.link = null;
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('udp');
  });

  it('is followed without a nomination once nothing comes from where it was', () => {
    const { stage, transport, peer } = tcpScene();
    const link = peer.link;
    peer.link = null;
    stage.connect(transport, peer);
    /** Checks over TCP without nominating, and tells which way media goes. */
    const checkElsewhere = () => {
      peer.link = link;
      peer.check(transport.credentials);
      stage.settle(transport, peer);
      peer.link = null;
      return wayOf(stage, transport, peer);
    };
    stage.advance(2999);
    expect(checkElsewhere()).toBe('udp');
    for (const index of [1, 2]) {
      peer.sendRtp(index, Buffer.from('01', 'hex'));
      stage.settle(transport, peer);
      stage.advance(2999);
    }
    expect(checkElsewhere()).toBe('udp');
    stage.advance(1);
    expect(checkElsewhere()).toBe('tcp');
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('tcp');
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    expect(wayOf(stage, transport, peer)).toBe('udp');
  });

  it('cannot be robbed of its media by who does not have the password', () => {
    const { stage, transport, peer, handler } = tcpScene();
    peer.link = null;
    stage.connect(transport, peer);
    const thief = stage.peer();
    const forgeries = [
      { password: 'x'.repeat(24) },
      { username: `${transport.credentials.ufrag}:other` },
      { username: `${transport.credentials.ufrag.slice(0, 7)}!:peer` },
    ];
    for (const forgery of forgeries) thief.check(transport.credentials, { nominate: true, ...forgery });
    thief.send(Buffer.concat([Buffer.from([0x80, 96]), Buffer.alloc(60)]));
    thief.send(Buffer.concat([Buffer.from([22, 0xfe, 0xfd]), Buffer.alloc(60)]));
    stage.settle(transport, thief, peer);
    for (const forgery of forgeries) {
      thief.connectTcp(stage.tcpPort);
      thief.check(transport.credentials, { nominate: true, ...forgery });
      stage.settle(transport, thief, peer);
    }
    expect(wayOf(stage, transport, peer)).toBe('udp');
    thief.receive(transport.credentials);
    expect([thief.answers, thief.packets, thief.records]).toEqual([[], [], []]);
    expect(handler.events).toEqual(['connected 1000']);
    expect(stage.mux.drops).toMatchObject({ stunIntegrity: 2, stunUsername: 4, unknownSource: 2 });
    expect(stage.mux.stats.tcp).toMatchObject({ open: 1, strangers: 3 });
  });
});
