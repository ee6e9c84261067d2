import { createCipheriv, createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Dtls, DtlsContext, type DtlsState } from '../../../src/native/index.js';
import { clientCertificate, rsaCertificate, serverCertificate } from './support/certificates.js';
import { carryOver, shakeHands } from './support/dtls.js';
import { testArena } from './support/memory.js';

const arena = testArena();
const PACKET = arena.require(2048);
/** Master secret and two randoms. */
const SECRETS = 112;
const KEYS = arena.require(64);
const closers: (() => void)[] = [];
const carry = (from: Dtls, to: Dtls) => carryOver(arena, PACKET, from, to);

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** Two ends whose handshake is done: server, client. */
function connected(ciphers?: string, certificate = serverCertificate): [Dtls, Dtls] {
  const server = new DtlsContext(arena, ciphers ? { ...certificate, ciphers } : certificate);
  const client = new DtlsContext(arena, clientCertificate);
  const pair: [Dtls, Dtls] = [new Dtls(server, 'server'), new Dtls(client, 'client')];
  closers.push(...[server, client, ...pair].map((one) => () => one.close()));
  shakeHands(arena, PACKET, ...pair);
  expect(pair.map(({ state }) => state)).toEqual(['connected', 'connected']);
  return pair;
}

/** The datagram `from` has to say. */
function pulled(from: Dtls): Buffer {
  return Buffer.from(arena.u8.slice(PACKET, PACKET + from.pull(PACKET)));
}

function stateAfter(dtls: Dtls, datagram: Buffer): DtlsState {
  arena.u8.set(datagram, PACKET);
  dtls.receive(PACKET, datagram.length);
  return dtls.state;
}

/** Seals alerts as a client with AES-128-GCM does, given master secret, server random and client random. */
function sealer(secrets: Buffer): (level: number, description: number) => Buffer {
  const prf = (data: Buffer) => createHmac('sha256', secrets.subarray(0, 48)).update(data).digest();
  const seed = Buffer.concat([Buffer.from('key expansion'), secrets.subarray(48)]);
  const first = prf(seed);
  const block = Buffer.concat([prf(Buffer.concat([first, seed])), prf(Buffer.concat([prf(first), seed]))]);
  const [key, salt] = [block.subarray(0, 16), block.subarray(32, 36)];
  return (level, description) => {
    const explicit = Buffer.from('0001000000000007', 'hex');
    const cipher = createCipheriv('aes-128-gcm', key, Buffer.concat([salt, explicit]));
    cipher.setAAD(Buffer.concat([explicit, Buffer.from('15fefd0002', 'hex')]));
    const sealed = cipher.update(Buffer.of(level, description));
    cipher.final();
    const header = Buffer.concat([Buffer.from('15fefd', 'hex'), explicit, Buffer.of(0, 26)]);
    return Buffer.concat([header, explicit, sealed, cipher.getAuthTag()]);
  };
}

describe.each([
  ['ECDHE-ECDSA-AES128-GCM-SHA256', serverCertificate],
  ['ECDHE-ECDSA-AES256-GCM-SHA384', serverCertificate],
  ['ECDHE-RSA-AES128-GCM-SHA256', rsaCertificate],
  ['ECDHE-RSA-AES256-GCM-SHA384', rsaCertificate],
] as const)('a connection settled with %s', (suite, certificate) => {
  it.each([0, 1])('hears goodbye and answers it once, as end %i', (end) => {
    const pair = connected(suite, certificate);
    const [settled, other] = [pair[end], pair[1 - end]] as [Dtls, Dtls];
    settled.settle();
    expect(settled.state).toBe('connected');
    expect(settled.pull(PACKET)).toBe(0);
    other.shutdown();
    expect(carry(other, settled)).toHaveLength(1);
    expect(settled.state).toBe('closed');
    settled.shutdown();
    expect(carry(settled, other)).toHaveLength(1);
    expect(other.state).toBe('closed');
    settled.shutdown();
    expect(settled.pull(PACKET)).toBe(0);
  });

  it.each([0, 1])('says goodbye so that OpenSSL understands it, as end %i', (end) => {
    const pair = connected(suite, certificate);
    const [settled, other] = [pair[end], pair[1 - end]] as [Dtls, Dtls];
    settled.settle();
    settled.shutdown();
    expect(settled.state).toBe('closed');
    expect(carry(settled, other)).toHaveLength(1);
    expect(other.state).toBe('closed');
  });
});

describe('a settled connection', () => {
  it('believes no alert that was changed in any byte, cut, or made for another connection', () => {
    const [server, client] = connected();
    const [, stranger] = connected();
    server.settle();
    client.shutdown();
    stranger.shutdown();
    expect(stateAfter(server, pulled(stranger))).toBe('connected');
    const goodbye = pulled(client);
    for (let byte = 0; byte < goodbye.length; byte++) {
      const changed = Buffer.from(goodbye);
      changed[byte] = (changed[byte] as number) ^ 1;
      expect(stateAfter(server, changed)).toBe('connected');
    }
    for (let cut = 0; cut < goodbye.length; cut++) {
      expect(stateAfter(server, goodbye.subarray(0, cut))).toBe('connected');
    }
    const longer = Buffer.concat([goodbye, Buffer.of(0)]);
    longer.writeUInt16BE(goodbye.length + 1 - 13, 11);
    expect(stateAfter(server, longer)).toBe('connected');
    expect(stateAfter(server, goodbye)).toBe('closed');
  });

  it('fails by a fatal alert, and passes over a warning', () => {
    const [server] = connected('ECDHE-ECDSA-AES128-GCM-SHA256');
    // The block that is free now is the one its secrets are copied into.
    const secrets = arena.require(SECRETS);
    arena.release(secrets);
    server.settle();
    const seal = sealer(Buffer.from(arena.u8.slice(secrets, secrets + SECRETS)));
    const userCanceled = 90;
    const internalError = 80;
    expect(stateAfter(server, seal(1, userCanceled))).toBe('connected');
    expect(stateAfter(server, seal(2, internalError))).toBe('failed');
    expect(server.failure).toMatch(/fatal alert/);
    server.shutdown();
    expect(server.pull(PACKET)).toBe(0);
  });

  it('finds an alert behind other records, and passes over those', () => {
    const [server, client] = connected();
    server.settle();
    client.shutdown();
    const data = Buffer.from('17fefd0001000000000009000401020304', 'hex');
    expect(stateAfter(server, Buffer.concat([data, pulled(client)]))).toBe('closed');
  });

  it('gives no keys, profile or certificate any more, and all its memory when it is closed', () => {
    const before = arena.used;
    const [server, client] = connected();
    const unsettled = arena.used;
    server.settle();
    expect(server.exportKeys(KEYS)).toBe(0);
    expect([server.profile, server.peerFingerprint('sha-256')]).toEqual([null, null]);
    expect(server.timeout()).toBe(Number.POSITIVE_INFINITY);
    server.handleTimeout();
    server.settle();
    expect(arena.used - unsettled).toBeLessThanOrEqual(128);
    client.shutdown();
    const goodbye = pulled(client);
    for (const end of [server, client]) {
      end.close();
      end.close();
    }
    expect(arena.used).toBe(before);
    expect(stateAfter(server, goodbye)).toBe('closed');
    server.shutdown();
    expect(server.pull(PACKET)).toBe(0);
  });

  it('is left as it is before the handshake is done, and with a suite whose alerts cannot be opened', () => {
    const context = new DtlsContext(arena, serverCertificate);
    const early = new Dtls(context, 'client');
    early.settle();
    early.start();
    expect(early.pull(PACKET)).toBeGreaterThan(0);
    early.close();
    context.close();
    for (const suite of ['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-SHA']) {
      const [server, client] = connected(suite);
      server.settle();
      expect(server.profile).not.toBeNull();
      client.shutdown();
      carry(client, server);
      expect(server.state).toBe('closed');
    }
  });
});
