import { describe, expect, it } from 'vitest';
import { guarded } from './support.js';

describe('without tokens and users', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
  ])('%s may do everything', async (remoteAddress) => {
    const { ask } = await guarded();
    const looked = await ask({ remoteAddress });
    expect([looked.statusCode, looked.json()]).toEqual([200, { who: 'local' }]);
    expect((await ask({ method: 'POST', remoteAddress })).statusCode).toBe(201);
  });

  it.each([
    '192.0.2.1',
    '10.0.0.1',
    '::ffff:192.0.2.1',
    '2001:db8::1',
    '::2',
    '',
  ])('%s may do nothing, and is told what to set', async (remoteAddress) => {
    const { ask } = await guarded({ trustedProxies: ['10.0.0.0/8'] });
    // An empty address is that of a connection that has gone; inject would put 127.0.0.1 there.
    const options = remoteAddress === '' ? { remoteAddress: 'unknown' } : { remoteAddress };
    for (const method of ['GET', 'HEAD', 'POST'] as const) {
      const refused = await ask({ ...options, method });
      expect(refused.statusCode).toBe(403);
      if (method === 'HEAD') continue;
      expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(refused.json()).toMatchObject({ type: 'about:blank', title: 'Forbidden', status: 403 });
      expect(refused.json().detail).toContain('admin.tokens');
    }
  });

  it('leaves everything else open', async () => {
    const { status } = await guarded();
    expect(await status({ url: '/open', remoteAddress: '192.0.2.1' })).toBe(200);
  });

  it.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-for', ''],
    ['forwarded', 'for=127.0.0.1'],
    ['x-real-ip', '127.0.0.1'],
    ['via', '1.1 proxy'],
    ['x-forwarded-host', 'localhost'],
  ])('a proxy here that sends %s: %s is not this machine', async (name, value) => {
    for (const trustedProxies of [[], ['127.0.0.1']]) {
      const { status } = await guarded({ trustedProxies });
      expect(await status({ headers: { [name]: value } })).toBe(403);
    }
  });

  it.each([
    'localhost',
    'LOCALHOST:8081',
    '127.0.0.1:8081',
    '192.168.1.4:8081',
    '[::1]:8081',
    'media.lan:8081',
  ])('takes the host %s for itself', async (host) => {
    const { status } = await guarded({ allowedHosts: ['media.lan'] });
    expect(await status({ headers: { host } })).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8081',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a:b',
    '[x]',
    ':80',
  ])('does not take the host %s for itself (DNS rebinding)', async (host) => {
    const { status } = await guarded();
    expect(await status({ headers: { host } })).toBe(403);
    // The rebound page has the same origin as what it asks.
    expect(await status({ method: 'POST', headers: { host, origin: `http://${host}` } })).toBe(403);
  });
});

describe('pages', () => {
  const allowedOrigins = ['https://admin.example.com', 'http://localhost:3000'];

  it.each([
    'https://evil.example',
    'null',
    'http://localhost:3001',
    'file://',
    'https://admin.example.com.evil.example',
    '',
  ])('of the origin %s may not ask', async (origin) => {
    const { ask } = await guarded({ allowedOrigins });
    for (const method of ['GET', 'POST'] as const) {
      const refused = await ask({ method, headers: { origin } });
      expect(refused.statusCode).toBe(403);
      expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('of an allowed origin may, and read the answer', async () => {
    const { ask } = await guarded({ allowedOrigins });
    const answer = await ask({ method: 'POST', headers: { origin: 'https://admin.example.com' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://admin.example.com',
      vary: 'Origin',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each([
    ['localhost:8081', 'http://localhost:8081'],
    ['localhost', 'http://localhost'],
    ['localhost:80', 'http://localhost'],
    ['localhost:443', 'https://localhost'],
  ])('served by %s itself may', async (host, origin) => {
    const { status } = await guarded();
    expect(await status({ method: 'POST', headers: { host, origin } })).toBe(201);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'GET', 403],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'GET', 403],
    [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      'GET',
      403,
    ],
    [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      'GET',
      200,
    ],
    [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      'POST',
      403,
    ],
    [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'GET', 200],
    [{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 'GET', 200],
  ] as const)('that do not name their origin are known by %j: %s %i', async (headers, method, expected) => {
    const { status } = await guarded();
    expect(await status({ method, headers })).toBe(expected);
  });

  it('ask in advance, without credentials', async () => {
    const { ask } = await guarded({ allowedOrigins, tokens: ['0123456789abcdef'] });
    const headers = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
      'access-control-request-private-network': 'true',
    };
    const answer = await ask({ method: 'OPTIONS', url: '/admin/anything', headers });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, Prefer',
      'access-control-allow-private-network': 'true',
    });
    const refused = await ask({ method: 'OPTIONS', headers: { ...headers, origin: 'https://evil.example' } });
    expect(refused.statusCode).toBe(403);
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
