import { afterEach, describe, expect, it } from 'vitest';
import { SRTP_PROFILES } from '../../../src/native/index.js';
import * as stun from '../../../src/transport/stun-constants.js';
import { closeAll, Scene, scene } from './support/scene.js';
import type { TestPeer } from './support/test-peer.js';

afterEach(() => closeAll());

describe('ICE', () => {
  it('answers a check with the address it came from, in a datagram no longer than the check', () => {
    const { stage, transport, peer } = scene();
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect(peer.answers).toEqual([
      {
        type: stun.BINDING_SUCCESS,
        errorCode: 0,
        length: 64,
        authentic: true,
        mapped: `127.0.0.1:${peer.port}`,
      },
    ]);
    expect(stage.mux.stats).toMatchObject({ received: 1, sent: { datagrams: 1, bytes: 64 } });
  });

  it('drops in silence, and counts, what is not authenticated', () => {
    const { stage, transport, peer } = scene();
    const { credentials } = transport;
    peer.check(credentials, { password: 'x'.repeat(24) });
    peer.check(credentials, { username: `${credentials.ufrag}:other` });
    peer.check(credentials, { username: `${credentials.ufrag.slice(0, 4)}zzzz:peer` });
    peer.check(credentials, { username: '!!!!:peer' });
    peer.check({ ...credentials, ufrag: 'unknown!' });
    peer.check(credentials, { type: stun.BINDING_INDICATION });
    peer.check(credentials, { type: stun.BINDING_SUCCESS });
    peer.send(Buffer.from('0001000000000000', 'hex'));
    peer.send(Buffer.alloc(40, 0x50));
    peer.send(Buffer.concat([Buffer.from([22, 0xfe, 0xfd]), Buffer.alloc(60)]));
    peer.send(Buffer.concat([Buffer.from([0x80, 96]), Buffer.alloc(60)]));
    peer.send(Buffer.alloc(2049));
    stage.settle(transport, peer);
    expect(peer.answers).toEqual([]);
    expect(stage.mux.drops).toMatchObject({
      stunIntegrity: 1,
      stunUsername: 2,
      stunUnknownUfrag: 2,
      stunUnexpected: 2,
      stunMalformed: 1,
      unknownProtocol: 1,
      unknownSource: 2,
      truncated: 1,
    });
    expect(stage.mux.stats.sent.datagrams).toBe(0);
  });

  it('drops a check whose fingerprint is wrong', () => {
    const { stage, transport, peer } = scene();
    const header = Buffer.from('000100082112a442b7e7a701bc34d686fa87dfae', 'hex');
    peer.send(Buffer.concat([header, Buffer.from('80280004deadbeef', 'hex')]));
    stage.settle(transport, peer);
    expect(stage.mux.drops.stunFingerprint).toBe(1);
  });

  it('tells a peer that thinks it is controlled to switch, and one that asks too much what', () => {
    const { stage, transport, peer } = scene();
    peer.check(transport.credentials, { controlled: true, nominate: true });
    peer.check(transport.credentials, { requires: 0x7abc });
    stage.settle(transport, peer);
    expect(peer.answers).toMatchObject([
      { type: stun.BINDING_ERROR, errorCode: 487, authentic: true },
      { type: stun.BINDING_ERROR, errorCode: 420, authentic: true },
    ]);
  });

  it('gives up when no check came in time', () => {
    const { stage, handler, transport, peer } = scene();
    stage.advance(4999);
    expect(handler.events).toEqual([]);
    stage.advance(1);
    expect(handler.events).toEqual(['ice-timeout: no connectivity check came in time']);
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect(stage.mux.drops.stunUnknownUfrag).toBe(1);
    expect([stage.mux.size, stage.agenda.size]).toEqual([0, 0]);
  });

  it('gives up when the handshake is not done in time, checks or not', () => {
    const { stage, handler, transport, peer } = scene();
    stage.advance(4000);
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    stage.advance(1000);
    expect(handler.events).toEqual(['ice-timeout: the DTLS handshake was not done in time']);
  });

  it('keeps four addresses of a peer, and the selected one among them', () => {
    const { stage, transport } = scene();
    const peers = Array.from({ length: 6 }, () => stage.peer());
    peers[0]?.check(transport.credentials, { nominate: true });
    for (const peer of peers.slice(1)) peer.check(transport.credentials);
    stage.settle(transport, ...peers);
    for (const peer of peers) peer.send(Buffer.concat([Buffer.from([0x80, 96]), Buffer.alloc(20)]));
    stage.settle(transport, ...peers);
    expect(stage.mux.drops).toMatchObject({ srtpEarly: 4, unknownSource: 2 });
    (peers[0] as TestPeer).startDtls();
    stage.settle(transport, ...peers);
    expect(transport.connected).toBe(true);
  });

  it('refuses addresses when the table is full, and has room again afterwards', () => {
    const stage = new Scene(SRTP_PROFILES, 2);
    const transports = [stage.transport(), stage.transport(), stage.transport()] as const;
    const peers = transports.map((transport) => {
      const peer = stage.peer();
      peer.check(transport.credentials);
      stage.settle(transport, peer);
      return peer;
    });
    expect(peers.map((peer) => peer.answers.length)).toEqual([1, 1, 0]);
    expect(stage.mux.drops.addressTableFull).toBe(1);
    transports[0].close();
    stage.mux.flush();
    peers[2]?.check(transports[2].credentials);
    stage.settle(transports[2], ...peers);
    expect(peers[2]?.answers).toHaveLength(1);
  });
});
