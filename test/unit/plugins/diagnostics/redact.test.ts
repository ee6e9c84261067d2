import { describe, expect, it } from 'vitest';
import { redactMessage, redactText } from '../../../../src/plugins/diagnostics/redact.js';

const token = 'abc+/def';
const message = (...data: unknown[]) => ({ message: 'm', data });
const redacted = (...data: unknown[]) => JSON.parse(redactMessage(message(...data), token)).data;

describe('fields', () => {
  it.each([
    'authToken',
    'sipPassword',
    'custom',
    'authorization',
    'password',
    'token',
    'rtmpUrl',
  ])('%s, whatever it holds', (field) => {
    expect(redacted({ [field]: 'secret', other: 1 })).toEqual([{ [field]: '[redacted]', other: 1 }]);
    expect(redacted({ deep: [{ [field]: { a: ['secret'] } }] })).toEqual([
      { deep: [{ [field]: '[redacted]' }] },
    ]);
    expect(redacted({ [field]: null })).toEqual([{ [field]: null }]);
  });

  it('with names that come near are left', () => {
    expect(redacted({ customer: 'a', tokens: 2 })).toEqual([{ customer: 'a', tokens: 2 }]);
  });

  it('named __proto__ are fields like others', () => {
    const frame = JSON.parse('{"message":"m","data":[{"__proto__":{"token":"secret","a":1}}]}');
    expect(redactMessage(frame, token)).toBe(
      '{"message":"m","data":[{"__proto__":{"token":"[redacted]","a":1}}]}',
    );
  });
});

describe('texts', () => {
  const sdp = (end: string) =>
    `v=0${end}a=ice-ufrag:uF+/${end}a=ice-pwd:sEcReT+/pwd${end}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:sEcReTkey|2^20|1:4${end}m=audio 9${end}`;
  const clean = (end: string) =>
    `v=0${end}a=ice-ufrag:uF+/${end}a=ice-pwd:[redacted]${end}a=crypto:[redacted]${end}m=audio 9${end}`;

  it.each([
    ['lines', '\r\n'],
    ['lines of old', '\n'],
    ['lines within JSON', '\\r\\n'],
    ['lines within JSON within JSON', '\\\\r\\\\n'],
  ])('SDP in %s', (_, end) => {
    expect(redactText(sdp(end))).toBe(clean(end));
    expect(redacted('id', sdp(end), true)).toEqual(['id', clean(end), true]);
  });

  it('cut in the middle of a secret', () => {
    expect(redactText('a=ice-pwd:sEcR')).toBe('a=ice-pwd:[redacted]');
    expect(redactText('{"authToken":"sEcR')).toBe('{"authToken":"[redacted]');
  });

  it('that hold JSON', () => {
    const line = JSON.stringify({ authToken: 'a', sipPassword: 'b', login: 'c', Authorization: 'd' });
    const expected =
      '{"authToken":"[redacted]","sipPassword":"[redacted]","login":"c","Authorization":"[redacted]"}';
    expect(redactText(line)).toBe(expected);
    const twice = JSON.stringify(line);
    expect(JSON.parse(redactText(twice))).toBe(expected);
  });

  it('that hold the token of the session in any place', () => {
    expect(redacted({ logs: `url?t=${token}&x ${token}` })).toEqual([
      { logs: 'url?t=[redacted]&x [redacted]' },
    ]);
  });

  it('without secrets stay as they are', () => {
    const text = 'a=ice-ufrag:abcd\r\na=fingerprint:sha-256 AA:BB "token" custom';
    expect(redactText(text)).toBe(text);
  });

  it.each([
    '"token"',
    'token\\',
    'a=ice-pwd:',
    'token\\" ',
    'a=crypto:\\',
  ])('take no time to speak of: %s', (part) => {
    const text = part.repeat(Math.ceil(262_144 / part.length));
    const before = performance.now();
    redactText(text);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
