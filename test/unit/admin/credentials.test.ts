import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../src/admin/index.js';
import { basic, bearer, guarded, operatorToken, viewerToken } from './support.js';

let users: string[];
const tokens = [operatorToken, `viewer:${viewerToken}`];

beforeAll(async () => {
  users = [`ann:operator:${await hashPassword('pass:wörd')}`, `bob:viewer:${await hashPassword('other')}`];
});

describe('with tokens and users', () => {
  it.each([
    ['an operator’s token', bearer(operatorToken), 'token 1', 201],
    ['a viewer’s token', bearer(viewerToken), 'token 2', 403],
    ['a token by Basic', basic('token', operatorToken), 'token 1', 201],
    ['an operator', basic('ann', 'pass:wörd'), 'ann', 201],
    ['a viewer', basic('bob', 'other'), 'bob', 403],
  ])('%s is known, from anywhere and under any name', async (_, headers, who, changed) => {
    const { ask, status } = await guarded({ tokens, users });
    const options = { remoteAddress: '192.0.2.1', headers: { ...headers, host: 'media.example.com' } };
    for (let time = 0; time < 2; time++) expect((await ask(options)).json()).toEqual({ who });
    expect(await status({ ...options, method: 'POST' })).toBe(changed);
  });

  it('this machine needs them, too', async () => {
    const { ask } = await guarded({ tokens });
    const refused = await ask();
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer realm="Sluice", Basic realm="Sluice", charset="UTF-8"',
    );
    const script = await ask({ headers: { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' } });
    expect(script.headers['www-authenticate']).toBe('Bearer realm="Sluice"');
  });

  it.each([
    ['another token', bearer('operator-token-0123456780')],
    ['the beginning of one', bearer(operatorToken.slice(0, -1))],
    ['one with its role', bearer(`viewer:${viewerToken}`)],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Digest ${operatorToken}` }],
    ['no scheme', { authorization: operatorToken }],
    ['another password', basic('ann', 'pass')],
    ['another user’s password', basic('ann', 'other')],
    ['nobody', basic('eve', 'other')],
    ['the name of a property', basic('__proto__', 'other')],
    ['no colon', { authorization: `Basic ${Buffer.from('ann').toString('base64')}` }],
    ['no base64', { authorization: 'Basic \u00ff\u00fe' }],
    ['a long header', bearer('x'.repeat(4000))],
    ['nothing', { authorization: '' }],
  ])('%s is not', async (_, headers) => {
    const { ask } = await guarded({ tokens, users });
    const refused = await ask({ headers });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Basic');
  });

  it('a foreign page may not use what the browser remembers', async () => {
    const { status } = await guarded({ tokens, users });
    const headers = { ...basic('ann', 'pass:wörd'), origin: 'https://evil.example' };
    expect(await status({ method: 'POST', headers })).toBe(403);
  });

  it('hashes few passwords at once, and none twice that was right', async () => {
    const { status } = await guarded({ users });
    const headers = basic('ann', 'pass:wörd');
    const first = await Promise.all(Array.from({ length: 5 }, () => status({ headers })));
    expect(first.sort()).toEqual([200, 200, 503, 503, 503]);
    const then = await Promise.all(Array.from({ length: 5 }, () => status({ headers })));
    expect(then).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('failed attempts', () => {
  it('are ten a minute from one network, and then not even the right one is heard', async () => {
    const { ask, status, time } = await guarded({ tokens });
    const from = (remoteAddress: string, token = 'wrong') => ({ remoteAddress, headers: bearer(token) });
    for (let time = 0; time < 10; time++) expect(await status(from(`2001:db8:1:2::${time}`))).toBe(401);
    const refused = await ask(from('2001:db8:1:2:ffff::1', operatorToken));
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60']);
    expect(await status(from('2001:db8:1:3::1', operatorToken))).toBe(200);
    time.now = 59_999;
    expect(await status(from('2001:db8:1:2::1', operatorToken))).toBe(429);
    time.now = 60_000;
    expect(await status(from('2001:db8:1:2::1', operatorToken))).toBe(200);
  });

  it('without credentials do not count', async () => {
    const { status } = await guarded({ tokens });
    for (let time = 0; time < 20; time++) await status();
    expect(await status({ headers: bearer(operatorToken) })).toBe(200);
  });

  it('are those of whom a trusted proxy names, and of nobody else', async () => {
    const { status } = await guarded({ tokens, trustedProxies: ['10.0.0.0/8', '2001:db8::/32'] });
    const through = (remoteAddress: string, chain: string, token = 'wrong') =>
      status({ remoteAddress, headers: { ...bearer(token), 'x-forwarded-for': chain } });
    for (let time = 0; time < 10; time++) await through('10.0.0.1', `1.2.3.${time}, 192.0.2.1, 10.0.0.2`);
    expect(await through('10.0.0.1', '192.0.2.1', operatorToken)).toBe(429);
    expect(await through('::ffff:10.0.0.1', '192.0.2.2', operatorToken)).toBe(200);
    // One that nobody trusts names whom it likes, and is counted itself.
    for (let time = 0; time < 10; time++) await through('192.0.2.9', `192.0.2.${100 + time}`);
    expect(await through('192.0.2.9', '192.0.2.200', operatorToken)).toBe(429);
    expect(await through('10.0.0.1', '192.0.2.100', operatorToken)).toBe(200);
  });
});

describe('the audit log', () => {
  it('has a line for each change, with who, what and the outcome, and no secrets', async () => {
    const { ask, lines, raw } = await guarded({ tokens });
    await ask({ headers: bearer(operatorToken) });
    expect(lines).toEqual([]);
    const url = `/admin/thing?token=${operatorToken}`;
    await ask({ method: 'POST', url, headers: bearer(operatorToken), remoteAddress: '192.0.2.1' });
    expect(lines).toMatchObject([
      {
        level: 'info',
        msg: 'administration',
        audit: {
          who: 'token 1',
          address: '192.0.2.1',
          method: 'POST',
          path: '/admin/thing',
          status: 201,
          thing: 'x'.repeat(200),
          count: 2,
        },
      },
    ]);
    await ask({ method: 'POST', headers: bearer('wrong-token-123456') });
    expect(lines[1]).toMatchObject({ level: 'warn', msg: 'administration refused', audit: { status: 401 } });
    expect(lines).toHaveLength(2);
    expect(raw.join('')).not.toMatch(/operator-token|wrong-token/);
  });

  it('is not filled by those refused', async () => {
    const { status, lines, time } = await guarded();
    for (let time = 0; time < 100; time++) await status({ remoteAddress: '192.0.2.1' });
    expect(lines).toHaveLength(60);
    time.now = 60_000;
    await status({ remoteAddress: '192.0.2.1' });
    expect(lines[60]).toMatchObject({ notLogged: 40 });
  });
});
