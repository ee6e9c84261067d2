import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeAccess, now, nowSeconds, rights, secret } from './support.js';

const restricted = 'Restricted access';
const claims = { sluice: rights, exp: nowSeconds + 60 };

const key = new TextEncoder().encode(secret);
const sign = (payload: JWTPayload, by: Uint8Array | KeyObject = key, header: object = { alg: 'HS256' }) =>
  new SignJWT(payload).setProtectedHeader(header as { alg: string }).sign(by);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, payload: object) => `${encode(header)}.${encode(payload)}`;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (pair: { publicKey: KeyObject }) =>
  pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const jwk = (pair: { publicKey: KeyObject }, more: object) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
  ...more,
});

async function keyFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'key');
  writeFileSync(path, text);
  return path;
}

describe('a token signed with the secret', () => {
  it('gives the rights of its claim, from custom or from the URL', async () => {
    const { may } = await makeAccess({ jwtSecret: secret });
    const token = await sign(claims);
    for (const from of [{ custom: { token } }, { urlToken: token }]) {
      expect(await may(from, 'publish', 'a-1')).toBeNull();
      expect(await may(from, 'publish', 'b-1')).toBe(restricted);
      expect(await may(from, 'play', 'b-1')).toBeNull();
      expect(await may(from, 'query', 'b-1')).toBeNull();
    }
    expect(await may({}, 'play', 'b-1')).toBe(restricted);
    expect(await may({}, 'query', 'b-1')).toBe(restricted);
  });

  it('is no use any more when it has expired, for streams to come', async () => {
    const { connect, check, clock } = await makeAccess({ jwtSecret: secret, jwtClockTolerance: 2000 });
    const { session } = await connect({ urlToken: await sign(claims) });
    clock.now = now + 61_999;
    expect(await check(session, 'play', 'x')).toBeNull();
    clock.now = now + 62_000;
    expect(await check(session, 'play', 'x')).toBe(restricted);
  });

  it.each<[string, JWTPayload, object]>([
    ['has expired', { ...claims, exp: nowSeconds - 6 }, {}],
    ['does not expire', { sluice: rights }, {}],
    ['is not valid yet', { ...claims, nbf: nowSeconds + 6 }, {}],
    ['has no issuer', claims, { jwtIssuer: ['me'] }],
    ['is of another issuer', { ...claims, iss: 'you' }, { jwtIssuer: ['me'] }],
    ['is for somebody else', { ...claims, aud: ['other'] }, { jwtAudience: ['sluice'] }],
    ['has no claim', { exp: claims.exp }, {}],
    ['has its claim elsewhere', claims, { jwtClaim: 'other' }],
    ['claims a text', { ...claims, sluice: '*' }, {}],
    ['claims texts that are none', { ...claims, sluice: { play: [1] } }, {}],
    ['claims one name alone', { ...claims, sluice: { play: '*' } }, {}],
    ['claims too much', { ...claims, sluice: { play: Array(101).fill('*') } }, {}],
  ])('gives nothing when it %s', async (_what, payload, settings) => {
    const { may } = await makeAccess({ jwtSecret: secret, ...settings });
    expect(await may({ urlToken: await sign(payload) }, 'play', 'x')).toBe(restricted);
  });

  it('is taken with what is asked for', async () => {
    const settings = { jwtIssuer: ['me'], jwtAudience: ['sluice'], jwtClaim: 'may', jwtRequireExpiry: false };
    const { may } = await makeAccess({ jwtSecret: secret, ...settings });
    const token = await sign({ may: { play: ['x'] }, iss: 'me', aud: ['other', 'sluice'], nbf: nowSeconds });
    expect(await may({ urlToken: token }, 'play', 'x')).toBeNull();
    expect(await may({ urlToken: token }, 'publish', 'x')).toBe(restricted);
  });

  it('gives nothing when it is forged, and is not in the log', async () => {
    const { may, lines } = await makeAccess({ jwtSecret: secret });
    const good = await sign(claims);
    const [head = '', body = '', signature = ''] = good.split('.');
    const none = unsigned({ alg: 'none' }, claims);
    const forged = [
      `${none}.`,
      none,
      `${unsigned({ alg: 'None' }, claims)}.${signature}`,
      `${head}.${encode({ ...claims, sluice: { publish: ['*'] } })}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.`,
      await sign(claims, new TextEncoder().encode(`${secret}!`)),
      await sign(claims, key, { alg: 'HS384' }),
      await sign(claims, rsa.privateKey, { alg: 'RS256' }),
      `${good}${'A'.repeat(9000)}`,
      'x',
      '..',
      '\ud800',
    ];
    for (const urlToken of forged) expect(await may({ urlToken }, 'play', 'x'), urlToken).toBe(restricted);
    for (const custom of [null, 'x', { token: 7 }, { token: { a: 1 } }, [good]])
      expect(await may({ custom }, 'play', 'x')).toBe(restricted);
    const log = lines.join('');
    expect(log).toContain('token refused');
    for (const secretText of [good, signature, body, secret]) expect(log).not.toContain(secretText);
  });

  it('must be there to connect, where that is required', async () => {
    const { connect } = await makeAccess({ jwtSecret: secret, requireToken: true });
    expect((await connect({})).admittance).toEqual({ refused: restricted });
    expect((await connect({ urlToken: 'x' })).admittance).toEqual({ refused: restricted });
    expect((await connect({ urlToken: await sign(claims) })).admittance).toEqual({ refused: null });
  });
});

describe('a token signed with a private key', () => {
  const cases = [
    ['RS256', rsa, pem(rsa)],
    ['ES256', ec, pem(ec)],
    ['RS256', rsa, JSON.stringify(jwk(rsa, {}))],
    ['ES256', ec, JSON.stringify({ keys: [jwk(rsa, { kid: '1' }), jwk(ec, { kid: '2' })] })],
  ] as const;

  it.each(cases)('%s is verified with the public key', async (alg, pair, file) => {
    const { may } = await makeAccess({ jwtKeyFile: await keyFile(file) });
    const token = await sign(claims, pair.privateKey, { alg });
    expect(await may({ urlToken: token }, 'play', 'x')).toBeNull();
    const stranger =
      pair === rsa
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const forged = await sign(claims, stranger.privateKey, { alg });
    expect(await may({ urlToken: forged }, 'play', 'x')).toBe(restricted);
  });

  it('cannot be replaced by one that is signed with the public key as a secret', async () => {
    for (const file of [pem(rsa), JSON.stringify(jwk(rsa, {}))]) {
      const { may } = await makeAccess({ jwtKeyFile: await keyFile(file) });
      for (const text of [file, file.trim(), pem(rsa)]) {
        const head = unsigned({ alg: 'HS256' }, claims);
        const token = `${head}.${createHmac('sha256', text).update(head).digest('base64url')}`;
        expect(await may({ urlToken: token }, 'play', 'x')).toBe(restricted);
      }
      const header = { alg: 'ES256', jwk: jwk(ec, {}) };
      expect(await may({ urlToken: await sign(claims, ec.privateKey, header) }, 'play', 'x')).toBe(
        restricted,
      );
    }
  });

  it.each([
    ['a private key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string],
    ['a private JWK', JSON.stringify(ec.privateKey.export({ format: 'jwk' }))],
    ['a secret', JSON.stringify({ kty: 'oct', k: 'AAAA' })],
    ['nonsense', 'nonsense'],
    ['no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ])('%s is not taken for a public key', async (_what, text) => {
    await expect(makeAccess({ jwtKeyFile: await keyFile(text) })).rejects.toMatchObject({
      code: 'JWT_KEY_INVALID',
    });
  });
});

describe('keys behind a URL', () => {
  async function serve(answer: () => { status?: number; text: string; location?: string }) {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const { status = 200, text, location = '' } = answer();
      response.writeHead(status, { 'content-type': 'application/json', location }).end(text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, asked: () => asked };
  }
  const set = JSON.stringify({ keys: [jwk(rsa, { kid: 'r', use: 'sig' }), jwk(ec, { kid: 'e' })] });

  it('are fetched once, not again for each unknown one', async () => {
    const { url, asked } = await serve(() => ({ text: set }));
    const { may } = await makeAccess({ jwksUrl: url });
    expect(asked()).toBe(0);
    const tokens = [
      await sign(claims, rsa.privateKey, { alg: 'RS256', kid: 'r' }),
      await sign(claims, ec.privateKey, { alg: 'ES256', kid: 'e' }),
    ];
    for (const urlToken of tokens) expect(await may({ urlToken }, 'play', 'x')).toBeNull();
    for (const kid of ['1', '2', '3']) {
      const urlToken = await sign(claims, rsa.privateKey, { alg: 'RS256', kid });
      expect(await may({ urlToken }, 'play', 'x')).toBe(restricted);
    }
    expect(asked()).toBe(1);
  });

  it('are those of the server’s own setting, whatever a token says of where to find them', async () => {
    const { url, asked } = await serve(() => ({ text: set }));
    const thief = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const elsewhere = await serve(() => ({ text: JSON.stringify({ keys: [jwk(thief, { kid: 'r' })] }) }));
    const { may } = await makeAccess({ jwksUrl: url });
    const headers = [
      { alg: 'RS256', kid: 'r', jku: elsewhere.url },
      { alg: 'RS256', kid: 'r', x5u: elsewhere.url },
      { alg: 'RS256', jwk: jwk(thief, {}) },
      { alg: 'RS256', kid: `${elsewhere.url}/r` },
      { alg: 'RS256', kid: '../../r' },
      { alg: 'RS256', kid: '__proto__' },
      { alg: 'RS256', kid: "r' OR '1'='1" },
    ];
    for (const header of headers) {
      const urlToken = await sign(claims, thief.privateKey, header);
      expect(await may({ urlToken }, 'play', 'x'), JSON.stringify(header)).toBe(restricted);
    }
    const critical = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'r', b64: true, crit: ['b64'] })
      .sign(rsa.privateKey);
    const [, body = '', signature = ''] = critical.split('.');
    const unknown = unsigned({ alg: 'RS256', kid: 'r', crit: ['x'], x: 1 }, claims).split('.')[0];
    expect(await may({ urlToken: `${unknown}.${body}.${signature}` }, 'play', 'x')).toBe(restricted);
    expect([asked(), elsewhere.asked()]).toEqual([1, 0]);
  });

  it.each([
    ['an error', { status: 500, text: set }],
    ['a redirect', { status: 302, text: set, location: '/elsewhere' }],
    ['nonsense', { text: '{' }],
    ['no set', { text: '[]' }],
    ['too much', { text: `${set}${' '.repeat(300_000)}` }],
  ])('are not there with %s, and nobody connects any the more', async (_what, answer) => {
    const { url, asked } = await serve(() => answer);
    const { may } = await makeAccess({ jwksUrl: url });
    const urlToken = await sign(claims, rsa.privateKey, { alg: 'RS256', kid: 'r' });
    for (let count = 0; count < 3; count += 1) expect(await may({ urlToken }, 'play', 'x')).toBe(restricted);
    expect(asked()).toBe(1);
  });
});
