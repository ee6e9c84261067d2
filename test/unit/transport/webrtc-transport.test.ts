import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { DtlsContext, SRTP_PROFILES } from '../../../src/native/index.js';
import { clientCertificate } from '../native/support/certificates.js';
import { arena, closeAll, closers, fingerprint, Recorder, Scene, scene } from './support/scene.js';
import { TestPeer } from './support/test-peer.js';

afterEach(() => closeAll());

describe.each(SRTP_PROFILES)('DTLS-SRTP with %s', (profile) => {
  it.each(['server', 'client'] as const)('connects as the %s, and exchanges RTP and RTCP', (dtlsRole) => {
    const stage = new Scene([profile]);
    const handler = new Recorder();
    const transport = stage.transport({ dtlsRole }, handler);
    const peer = stage.peer(dtlsRole === 'server' ? 'client' : 'server');
    expect(transport.connected).toBe(false);
    expect(transport.begin(100)).toBe(-1);
    expect([transport.selected, transport.path()]).toEqual([-1, null]);
    peer.check(transport.credentials, { nominate: true });
    if (dtlsRole === 'server') peer.startDtls();
    stage.settle(transport, peer);
    expect(handler.events).toEqual(['connected 1000']);
    expect(transport.connected).toBe(true);
    expect(peer.dtls?.peerFingerprint('sha-256')).toBe(stage.mux.fingerprint.value);
    expect(peer.dtls?.profile).toBe(profile);
    const path = { protocol: 'udp', address: '127.0.0.1', port: peer.port, srtpProfile: profile };
    expect(transport.path()).toEqual(path);

    stage.now = 1500;
    peer.sendRtp(7, Buffer.from('c0ffee', 'hex'), 2);
    peer.sendRtcp(Buffer.from('80c900010000cafe', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.slice(1)).toEqual([
      'rtp 8060000700000bb80000cafec0ffee 1500',
      'rtcp 80c900010000cafe 1500',
    ]);
    expect(stage.mux.drops.srtpReplayed).toBe(1);

    const payload = arena.require(2048);
    arena.u8.fill(0x5a, payload, payload + 1000);
    for (let sequence = 1; sequence <= 3; sequence++) {
      const offset = transport.begin(1012);
      arena.u8.set(Buffer.from(`8060000${sequence}0000000000001111`, 'hex'), offset);
      expect(transport.sendRtp(offset, 12, payload, 1000, sequence)).toBeGreaterThan(1020);
    }
    const offset = transport.begin(8);
    arena.u8.set(Buffer.from('81ce000200001111', 'hex'), offset);
    expect(transport.sendRtcp(offset, 8)).toBeGreaterThan(20);
    stage.settle(transport, peer);
    expect(peer.packets).toEqual([
      ...[1, 2, 3].map((sequence) => `8060000${sequence}0000000000001111${'5a'.repeat(1000)}`),
      '81ce000200001111',
    ]);
    arena.release(payload);
  });
});

describe('WebRtcTransport', () => {
  it('follows the peer to another address once it is nominated', () => {
    const { stage, handler, transport, peer } = scene();
    stage.connect(transport, peer);
    const before = peer.port;
    const { selected } = transport;
    peer.move();
    expect(peer.port).not.toBe(before);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(stage.mux.drops.unknownSource).toBe(1);
    const send = () => {
      const offset = transport.begin(8);
      arena.u8.set(Buffer.from('80c900010000beef', 'hex'), offset);
      transport.sendRtcp(offset, 8);
      stage.settle(transport, peer);
      return peer.packets.length;
    };
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect(send()).toBe(0);
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    expect(send()).toBe(1);
    expect(transport.selected).not.toBe(selected);
    expect(transport.path()?.port).toBe(peer.port);
    peer.sendRtp(2, Buffer.from('02', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.at(-1)).toContain('rtp 80600002');
  });

  it('lets an address go to the transport that authenticated from it last', () => {
    const { stage, handler, transport, peer } = scene();
    const other = new Recorder();
    const second = stage.transport({}, other);
    stage.connect(transport, peer);
    peer.check(second.credentials, { nominate: true });
    stage.settle(second, peer);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events).toEqual(['connected 1000']);
    expect(stage.mux.drops.srtpEarly).toBe(1);
    expect(transport.begin(100)).toBe(-1);
    transport.close();
    peer.dtls?.close();
    peer.dtls = null;
    peer.srtp = null;
    peer.startDtls();
    stage.settle(second, peer);
    expect(other.events).toEqual(['connected 1000']);
  });

  it('fails after silence, and not before', () => {
    const { stage, handler, transport, peer } = scene();
    stage.connect(transport, peer);
    stage.advance(7000);
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    stage.advance(7000);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    stage.advance(7999);
    expect(transport.connected).toBe(true);
    // Noise from the right address is no sign of life.
    peer.send(Buffer.concat([Buffer.from([0x80, 96]), Buffer.alloc(60)]));
    stage.settle(transport, peer);
    stage.advance(1);
    expect(handler.events.at(-1)).toBe('ice-keep-alive: nothing heard for 8000 ms');
    expect(transport.connected).toBe(false);
    expect(stage.mux.size).toBe(0);
  });

  it('fails when the certificate is another', () => {
    const { stage, handler, transport, peer } = scene(new Recorder(), {
      remoteFingerprints: [
        { algorithm: 'sha-256', value: fingerprint.value.replace(/^../, 'zz') },
        { algorithm: 'md2', value: fingerprint.value },
      ],
    });
    stage.connect(transport, peer);
    expect(handler.events).toEqual([
      `dtls-fingerprint: the peer's certificate is ${fingerprint.value.toUpperCase()}`,
    ]);
    stage.settle(transport, peer);
    expect(peer.dtls?.state).toBe('closed');
    expect(stage.mux.size).toBe(0);
  });

  it('takes any of several fingerprints', () => {
    const { stage, handler, transport, peer } = scene(new Recorder(), {
      remoteFingerprints: [
        { algorithm: 'sha-1', value: '00' },
        { algorithm: 'sha-512', value: new X509Certificate(clientCertificate.certificate).fingerprint512 },
      ],
    });
    stage.connect(transport, peer);
    expect(handler.events).toEqual(['connected 1000']);
  });

  it('fails when the handshake does', () => {
    const stage = new Scene(['SRTP_AEAD_AES_128_GCM']);
    const handler = new Recorder();
    const transport = stage.transport({}, handler);
    const peer = stage.peer();
    peer.check(transport.credentials, { nominate: true });
    // A handshake record that holds a ServerHelloDone, which no client sends.
    peer.send(Buffer.from('16fefd0000000000000000000c0e0000000000000000000000', 'hex'));
    stage.settle(transport);
    expect(handler.events[0]).toMatch(/^dtls-error: error:.*unexpected message/);
    peer.send(Buffer.alloc(30, 22));
    stage.settle(transport);
    expect(stage.mux.drops.unknownSource).toBe(1);
  });

  it('fails when there is no SRTP profile in common', () => {
    const stage = new Scene(['SRTP_AEAD_AES_128_GCM']);
    const handler = new Recorder();
    const transport = stage.transport({}, handler);
    const context = new DtlsContext(arena, { ...clientCertificate, profiles: ['SRTP_AES128_CM_SHA1_80'] });
    const peer = new TestPeer(arena, context, stage.mux.local.port);
    closers.push(() => {
      peer.close();
      context.close();
    });
    peer.check(transport.credentials, { nominate: true });
    peer.startDtls();
    expect(() => stage.settle(transport, peer)).toThrow(/no SRTP protection profile in common/);
    expect(handler.events).toEqual(['dtls-error: no SRTP protection profile in common']);
  });

  it('hears the peer say goodbye, and answers', () => {
    const { stage, handler, transport, peer } = scene();
    stage.connect(transport, peer);
    const records = peer.records.length;
    peer.sayGoodbye();
    stage.settle(transport, peer);
    expect(handler.events).toEqual(['connected 1000', 'closed 1000']);
    expect(peer.records.length).toBe(records + 1);
    expect([stage.mux.size, stage.agenda.size]).toEqual([0, 0]);
  });

  it('hears and says goodbye just as well when the peer has sent something', () => {
    for (const ours of [false, true]) {
      const { stage, handler, transport, peer } = scene();
      stage.connect(transport, peer);
      peer.sendRtcp(Buffer.from('80c900010000cafe', 'hex'));
      stage.settle(transport, peer);
      const records = peer.records.length;
      if (ours) transport.close();
      else peer.sayGoodbye();
      stage.settle(transport, peer);
      expect(handler.events.slice(2)).toEqual(ours ? [] : ['closed 1000']);
      expect(peer.dtls?.state).toBe('closed');
      expect(peer.records.length).toBe(records + 1);
      expect([stage.mux.size, stage.agenda.size]).toEqual([0, 0]);
      closeAll();
    }
  });

  it('says goodbye once, and then does nothing', () => {
    const { stage, handler, transport, peer } = scene();
    stage.connect(transport, peer);
    transport.close();
    transport.close();
    expect(transport.begin(100)).toBe(-1);
    expect(transport.sendRtp(0, 12, 0, 10, 1)).toBe(0);
    expect(transport.sendRtcp(0, 8)).toBe(0);
    stage.settle(transport, peer);
    expect(peer.dtls?.state).toBe('closed');
    expect(handler.events).toEqual(['connected 1000']);
    expect(stage.agenda.size).toBe(0);
  });

  it('may be closed by its handler at any time', () => {
    for (const closing of ['onConnected', 'onRtp', 'onRtcp'] as const) {
      const handler = new Recorder();
      const stage = new Scene();
      const transport = stage.transport({}, handler);
      handler[closing] = () => transport.close();
      const peer = stage.peer();
      stage.connect(transport, peer);
      peer.sendRtp(1, Buffer.from('01', 'hex'), 1);
      peer.sendRtp(2, Buffer.from('01', 'hex'), 1);
      peer.sendRtcp(Buffer.from('80c900010000cafe', 'hex'));
      stage.settle(transport, peer);
      expect(transport.connected).toBe(false);
      expect(stage.mux.size).toBe(0);
    }
  });

  it('sends a lost flight again', async () => {
    const { stage, transport, peer, handler } = scene();
    peer.check(transport.credentials, { nominate: true });
    peer.startDtls();
    while (stage.mux.receive(stage.now) > 0);
    stage.mux.flush();
    const due = stage.agenda.nextDue - stage.now;
    expect(due).toBeGreaterThan(100);
    expect(due).toBeLessThanOrEqual(201);
    // OpenSSL keeps its own time.
    await new Promise((resolve) => setTimeout(resolve, due + 5));
    stage.advance(due);
    expect(stage.mux.stats.sent.datagrams).toBe(2);
    stage.mux.flush();
    expect(stage.mux.stats.sent.datagrams).toBe(3);
    stage.settle(transport, peer);
    expect(handler.events[0]).toMatch(/^connected/);
  });
});
