import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Dtls, DtlsContext, NativeFault, type SrtpProfile } from '../../../src/native/index.js';
import {
  clientCertificate,
  rsaCertificate,
  serverCertificate,
  type TestCertificate,
} from './support/certificates.js';
import { carryOver, shakeHands } from './support/dtls.js';
import { hex, testArena } from './support/memory.js';

const arena = testArena();
const carry = (from: Dtls, to: Dtls) => carryOver(arena, PACKET, from, to);
const handshake = (server: Dtls, client: Dtls) => shakeHands(arena, PACKET, server, client);
const KEYS = arena.require(64);
const PACKET = arena.require(2048);
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

function contextOf(certificate: TestCertificate, profiles?: readonly SrtpProfile[]): DtlsContext {
  const context = new DtlsContext(arena, profiles ? { ...certificate, profiles } : certificate);
  closers.push(() => context.close());
  return context;
}

function connect(context: DtlsContext, role: 'server' | 'client'): Dtls {
  const dtls = new Dtls(context, role);
  closers.push(() => dtls.close());
  return dtls;
}

function pair(server = contextOf(serverCertificate), client = contextOf(clientCertificate)): [Dtls, Dtls] {
  return [connect(server, 'server'), connect(client, 'client')];
}

describe('DtlsContext', () => {
  it('tells its own fingerprint by every algorithm', () => {
    const context = contextOf(serverCertificate);
    const x509 = new X509Certificate(serverCertificate.certificate);
    expect(context.fingerprint('sha-256')).toBe(x509.fingerprint256);
    expect(context.fingerprint('SHA-1')).toBe(x509.fingerprint);
    expect(context.fingerprint('sha-512')).toBe(x509.fingerprint512);
    expect(context.fingerprint('sha-224')).toHaveLength(28 * 3 - 1);
    expect(context.fingerprint('sha-384')).toHaveLength(48 * 3 - 1);
    expect(context.fingerprint('md5')).toBeNull();
    context.close();
    context.close();
    expect(context.fingerprint('sha-256')).toBeNull();
    expect(() => new Dtls(context, 'server')).toThrow(NativeFault);
  });

  it('says what is wrong with a certificate or key', () => {
    const bad = (certificate: string, privateKey: string) => () =>
      new DtlsContext(arena, { certificate, privateKey });
    const { certificate, privateKey } = serverCertificate;
    const used = arena.used;
    expect(bad('', privateKey)).toThrow(/Cannot read the DTLS certificate/);
    expect(bad('nonsense', privateKey)).toThrow(/Cannot read the DTLS certificate: .*no start line/);
    expect(bad(certificate, 'nonsense')).toThrow(/Cannot read the DTLS private key: /);
    expect(bad(certificate, clientCertificate.privateKey)).toThrow(/certificate with this key: .*mismatch/);
    expect(arena.used).toBe(used);
  });
});

describe('Dtls', () => {
  for (const profile of ['SRTP_AEAD_AES_128_GCM', 'SRTP_AES128_CM_SHA1_80'] as const) {
    it(`agrees on ${profile} and on the same keys`, () => {
      const [server, client] = pair(contextOf(serverCertificate), contextOf(clientCertificate, [profile]));
      expect(server.exportKeys(KEYS)).toBe(0);
      const lengths = handshake(server, client);
      expect([server.state, client.state]).toEqual(['connected', 'connected']);
      expect([server.profile, client.profile]).toEqual([profile, profile]);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(1200);
      const size = profile === 'SRTP_AEAD_AES_128_GCM' ? 56 : 60;
      expect(server.exportKeys(KEYS)).toBe(size);
      const keys = hex(arena, KEYS, size);
      expect(client.exportKeys(KEYS)).toBe(size);
      expect(hex(arena, KEYS, size)).toBe(keys);
      expect(new Set(keys).size).toBeGreaterThan(8);
    });
  }

  it('prefers what the server lists first', () => {
    const cm = contextOf(serverCertificate, ['SRTP_AES128_CM_SHA1_80', 'SRTP_AEAD_AES_128_GCM']);
    const [server, client] = pair(cm);
    handshake(server, client);
    expect(server.profile).toBe('SRTP_AES128_CM_SHA1_80');
  });

  it('knows the fingerprint of the peer, whatever signed its certificate', () => {
    const [server, client] = pair(contextOf(rsaCertificate), contextOf(clientCertificate));
    expect(server.peerFingerprint('sha-256')).toBeNull();
    handshake(server, client);
    expect(server.peerFingerprint('sha-256')).toBe(
      new X509Certificate(clientCertificate.certificate).fingerprint256,
    );
    expect(client.peerFingerprint('sha-512')).toBe(
      new X509Certificate(rsaCertificate.certificate).fingerprint512,
    );
    expect(client.peerFingerprint('crc-32')).toBeNull();
  });

  it('puts several records into a datagram', () => {
    const [server, client] = pair();
    const lengths = handshake(server, client);
    expect(lengths.length).toBeLessThanOrEqual(8);
  });

  it('says goodbye both ways', () => {
    const [server, client] = pair();
    handshake(server, client);
    client.shutdown();
    expect(client.state).toBe('closed');
    expect(carry(client, server)).toHaveLength(1);
    expect(server.state).toBe('closed');
    server.shutdown();
    expect(carry(server, client)).toHaveLength(1);
    expect(client.state).toBe('closed');
  });

  it('sends a lost flight again when its time is over', async () => {
    const [server, client] = pair();
    expect(client.timeout()).toBe(Number.POSITIVE_INFINITY);
    client.start();
    expect(client.pull(PACKET)).toBeGreaterThan(0);
    expect(client.pull(PACKET)).toBe(0);
    const due = client.timeout();
    expect(due).toBeGreaterThan(100);
    expect(due).toBeLessThanOrEqual(200);
    client.handleTimeout();
    expect(client.pull(PACKET)).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, due + 5));
    client.handleTimeout();
    expect(client.timeout()).toBeGreaterThan(300);
    for (let flight = 0; flight < 8; flight++) {
      carry(client, server);
      carry(server, client);
    }
    expect([server.state, client.state]).toEqual(['connected', 'connected']);
    expect(client.timeout()).toBe(Number.POSITIVE_INFINITY);
  });

  it('survives noise, foreign records and datagrams cut at any byte', () => {
    const [server, client] = pair();
    client.start();
    const length = client.pull(PACKET);
    for (let cut = 1; cut < length; cut++) server.receive(PACKET, cut);
    const original = Buffer.from(arena.u8.slice(PACKET, PACKET + length));
    for (let byte = 0; byte < 13; byte++) {
      arena.u8[PACKET + byte] = (original[byte] as number) ^ 0x55;
      server.receive(PACKET, length);
      arena.u8[PACKET + byte] = original[byte] as number;
    }
    expect(server.state).toBe('handshake');
    server.receive(PACKET, length);
    for (let flight = 0; flight < 8; flight++) {
      carry(server, client);
      carry(client, server);
    }
    expect([server.state, client.state]).toEqual(['connected', 'connected']);
    for (let cut = 1; cut < 200; cut++) {
      arena.u8.fill(cut, PACKET, PACKET + cut);
      server.receive(PACKET, cut);
    }
    expect(server.state).toBe('connected');
    client.shutdown();
    carry(client, server);
    expect(server.state).toBe('closed');
  });

  it('fails with a reason when there is no cipher or message in common', () => {
    const [server, client] = pair();
    client.start();
    const length = client.pull(PACKET);
    // The length of the session id in the ClientHello: the rest no longer fits together.
    arena.u8[PACKET + 13 + 12 + 34] = 200;
    server.receive(PACKET, length);
    expect(server.state).toBe('failed');
    expect(server.failure).toMatch(/error:.*:SSL routines:/);
    expect(server.failure).not.toContain('\n');
    expect(server.pull(PACKET)).toBeGreaterThan(0);
    server.receive(PACKET, 10);
    server.shutdown();
    expect(server.state).toBe('failed');
  });

  it('checks what crosses to C, and does nothing after close', () => {
    const [server, client] = pair();
    expect(() => server.receive(arena.size - 10, 11)).toThrow(RangeError);
    expect(() => server.pull(arena.size - 1199)).toThrow(RangeError);
    server.receive(PACKET, 0);
    server.receive(PACKET, 2049);
    client.close();
    client.close();
    client.start();
    client.receive(PACKET, 20);
    client.handleTimeout();
    client.shutdown();
    expect([
      client.pull(PACKET),
      client.exportKeys(KEYS),
      client.profile,
      client.peerFingerprint('sha-1'),
    ]).toEqual([0, 0, null, null]);
    expect(client.state).toBe('closed');
  });
});
