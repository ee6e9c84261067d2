import { afterEach, describe, expect, it } from 'vitest';
import type { WebRtcTransport } from '../../../src/transport/index.js';
import { arena, closeAll, Recorder, type Scene, scene } from './support/scene.js';
import { PEER_PASSWORD, type TestPeer } from './support/test-peer.js';

afterEach(() => closeAll());

let sequence = 0;

/** Sends a packet to the peer of a transport. @returns whether it arrived there */
function reaches(stage: Scene, transport: WebRtcTransport, peer: TestPeer, ...others: TestPeer[]): boolean {
  const had = peer.packets.length;
  const at = transport.begin(13);
  if (at >= 0) {
    sequence += 1;
    arena.view.setUint32(at, 0x8060_0000 + sequence);
    transport.sendRtp(at, 12, at + 12, 1, sequence);
  }
  stage.settle(transport, peer, ...others);
  return peer.packets.length > had;
}

describe('a sender who writes an address that is not his', () => {
  it('takes no address from a peer that receives there, whatever sessions he has himself', () => {
    const { stage, handler, transport, peer } = scene();
    const own = stage.transport();
    stage.connect(transport, peer);
    // The peer is asked whether it wants the session that it knows nothing of, and cannot say so.
    peer.password = null;
    for (let time = 0; time < 50; time++) {
      peer.check(own.credentials, { nominate: true });
      stage.advance(10);
      stage.settle(own, peer);
    }
    expect(reaches(stage, transport, peer)).toBe(true);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.at(-1)).toMatch(/^rtp/);
    expect(peer.questions.length).toBeGreaterThan(0);
    expect(peer.questions.length).toBeLessThanOrEqual(11);
    expect(own.begin(100)).toBe(-1);
  });

  it('does not lead the media of his own session to a victim', () => {
    const { stage, handler, transport, peer } = scene();
    const victim = stage.peer();
    victim.password = null;
    stage.connect(transport, peer);
    let asked = 0;
    const before = stage.mux.stats.sent.bytes;
    for (let time = 0; time < 20; time++) {
      victim.check(transport.credentials, { nominate: true });
      asked += victim.lastCheck.length;
      stage.settle(transport, victim);
    }
    // Nobody there has said yes: an answer is no longer than its request, and the question is put once in 50 ms.
    expect(stage.mux.stats.sent.bytes - before).toBeLessThanOrEqual(asked + 120);
    expect(reaches(stage, transport, peer, victim)).toBe(true);
    stage.advance(3000);
    victim.check(transport.credentials, { nominate: true });
    expect(reaches(stage, transport, peer, victim)).toBe(true);
    expect(victim.packets).toEqual([]);
    // Nor do such checks keep the session alive.
    stage.advance(4999);
    victim.check(transport.credentials, { nominate: true });
    stage.settle(transport, victim);
    stage.advance(1);
    expect(handler.events.at(-1)).toBe('ice-keep-alive: nothing heard for 8000 ms');
  });

  it('does not lead it there in the middle of the handshake either', () => {
    const { stage, handler, transport, peer } = scene();
    const victim = stage.peer();
    victim.password = null;
    peer.check(transport.credentials, { nominate: true });
    peer.startDtls();
    while (stage.mux.receive(stage.now) > 0);
    stage.mux.flush();
    victim.check(transport.credentials, { nominate: true });
    while (stage.mux.receive(stage.now) > 0);
    peer.receive(transport.credentials);
    stage.settle(transport, victim);
    expect(handler.events).toEqual(['connected 1000']);
    expect(transport.begin(100)).toBe(-1);
    stage.advance(50);
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer, victim);
    expect(transport.begin(100)).toBeGreaterThanOrEqual(0);
    reaches(stage, transport, peer, victim);
    expect(victim.packets).toEqual([]);
  });
});

describe('a check that was overheard and is sent again from elsewhere', () => {
  it.each([
    ['does not answer', null],
    ['answers without the password of the peer', 'a-password-that-is-wrong'],
  ])('leads no media to who %s', (_what, password) => {
    const { stage, handler, transport, peer } = scene();
    stage.connect(transport, peer);
    const thief = stage.peer();
    thief.password = password;
    for (let time = 0; time < 3; time++) {
      thief.send(peer.lastCheck);
      stage.settle(transport, thief);
      expect(reaches(stage, transport, peer, thief)).toBe(true);
      stage.advance(1000);
    }
    thief.send(peer.lastCheck);
    expect(reaches(stage, transport, peer, thief)).toBe(true);
    expect(thief.questions).toHaveLength(4);
    expect(thief.packets).toEqual([]);
    expect(stage.mux.drops.stunUnexpected).toBe(password === null ? 0 : 4);
    stage.advance(5000);
    expect(handler.events.at(-1)).toBe('ice-keep-alive: nothing heard for 8000 ms');
  });

  it('from many addresses takes none of those away where the peer receives', () => {
    const { stage, transport, peer } = scene();
    stage.connect(transport, peer);
    peer.move();
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    for (let time = 0; time < 8; time++) {
      const thief = stage.peer();
      thief.password = null;
      thief.send(peer.lastCheck);
      stage.settle(transport, thief);
    }
    expect(reaches(stage, transport, peer)).toBe(true);
  });
});

describe('a peer that moves', () => {
  it('is asked again with what it sends when the question, or its answer, was lost', () => {
    const { stage, transport, peer } = scene();
    stage.connect(transport, peer);
    peer.move();
    peer.password = null;
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    peer.password = PEER_PASSWORD;
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(reaches(stage, transport, peer)).toBe(false);
    stage.advance(50);
    peer.sendRtp(2, Buffer.from('02', 'hex'));
    stage.settle(transport, peer);
    expect(reaches(stage, transport, peer)).toBe(true);
    peer.sendRtp(3, Buffer.from('03', 'hex'));
    stage.settle(transport, peer);
    expect(peer.questions).toHaveLength(2);
  });

  it('gets media at the new address with its answer, and gives the address up to another session that answers', () => {
    const { stage, transport, peer } = scene();
    stage.connect(transport, peer);
    expect(peer.questions).toEqual([]);
    peer.move();
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    expect(peer.questions).toEqual([`peer:${transport.credentials.ufrag}`]);
    expect(reaches(stage, transport, peer)).toBe(true);
    const other = stage.transport({}, new Recorder());
    peer.check(other.credentials, { nominate: true });
    stage.settle(other, peer);
    expect(reaches(stage, transport, peer)).toBe(false);
    expect(peer.questions).toHaveLength(2);
  });
});
