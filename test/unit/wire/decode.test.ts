import { describe, expect, it } from 'vitest';
import { type ClientMessageName, decode } from '../../../src/wire/index.js';
import { API_PAGE, BROWSERS, fieldsOf, NAMES, payloadOf, received, recording } from './fixtures.js';

describe('what real clients send', () => {
  it.each([API_PAGE, ...BROWSERS])('%s: every field that is read arrives', (file) => {
    const frames = recording(file).filter((frame) => frame.dir === 'c2s');
    expect(frames.length).toBeGreaterThan(4);
    for (const { msg } of frames) {
      const name = msg.message as ClientMessageName;
      const sent = (msg.data[0] ?? {}) as Record<string, unknown>;
      const read = Object.entries(sent).filter(([field]) => fieldsOf(name).includes(field));
      expect(payloadOf(name, sent)).toMatchObject(Object.fromEntries(read));
    }
  });

  it('a recording cut at every 7th character is malformed and nothing worse', () => {
    for (const file of BROWSERS) {
      for (const { dir, msg } of recording(file)) {
        if (dir !== 'c2s') continue;
        const frame = JSON.stringify(msg);
        for (let length = 0; length < frame.length; length += 7)
          expect(decode(frame.slice(0, length)).name).toBe('malformed');
      }
    }
  });

  it('mobile: a reconnect with the token alone', () => {
    const data = payloadOf('connection', {
      authToken: 'abc',
      keepAlive: true,
      noticationToken: 'push',
      appId: 'b',
    });
    expect(data).toMatchObject({
      appKey: 'defaultApp',
      authToken: 'abc',
      keepAlive: true,
      mediaProviders: [],
      clientVersion: '',
    });
    expect(data).not.toHaveProperty('noticationToken');
  });

  it('SFU SDK: authToken null', () => {
    expect(payloadOf('connection', { authToken: null }).authToken).toBeUndefined();
  });

  it('Player demo: numbers as texts', () => {
    expect(payloadOf('playStream', { bitrate: '640', quality: ' 50 ' })).toMatchObject({
      bitrate: 640,
      quality: 50,
    });
  });

  it('early SDKs: sendStreamEvent with info', () => {
    expect(payloadOf('sendStreamEvent', { mediaSessionId: 'm', type: 'audioMuted', info: '' })).toEqual({
      mediaSessionId: 'm',
      type: 'audioMuted',
    });
  });

  it('a media socket’s pong without data', () => {
    expect(decode('{"message":"pong"}')).toEqual({ name: 'pong', data: {} });
    expect(decode('{"message":"pong","data":[null]}')).toEqual({ name: 'pong', data: {} });
  });

  it('submitBugReport and data payloads verbatim', () => {
    const report = { text: 'broken', nested: { unknown: [1, null, 'x'] } };
    expect(payloadOf('submitBugReport', report)).toEqual({ report });
    for (const payload of [null, 0, false, '', [], [1], { __proto: 1 }, 'text'])
      expect(payloadOf('sendData', { operationId: 'o', payload })).toEqual({ operationId: 'o', payload });
  });

  it('messages of older clients are known not to matter', () => {
    expect(received('pauseStream', { a: 1 })).toEqual({
      name: 'unknown',
      message: 'pauseStream',
      legacy: true,
      data: { a: 1 },
    });
  });
});

describe('the envelope', () => {
  it.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    ['{"message":"ping"', 'not JSON'],
    ['null', 'not an object'],
    ['7', 'not an object'],
    ['[{"message":"ping"}]', 'not an object'],
    ['{}', 'no message name'],
    ['{"message":""}', 'no message name'],
    ['{"message":7}', 'no message name'],
    ['{"message":null,"data":[]}', 'no message name'],
    ['{"__proto__":{"message":"ping"}}', 'no message name'],
  ])('%j is malformed: %s', (frame, reason) => {
    expect(decode(frame)).toEqual({ name: 'malformed', reason });
  });

  it.each([
    '',
    ',"data":null',
    ',"data":[]',
    ',"data":[null]',
    ',"data":{}',
    ',"data":[[]]',
    ',"data":"x"',
    ',"data":7',
  ])('without a payload (%s) every message has its defaults', (data) => {
    for (const name of NAMES) expect(decode(`{"message":"${name}"${data}}`).name).toBe(name);
  });

  it('takes a payload that is not in a list', () => {
    expect(decode('{"message":"hangup","data":{"callId":"c"}}')).toEqual({
      name: 'hangup',
      data: { callId: 'c' },
    });
  });

  it.each([
    'toString',
    '__proto__',
    'constructor',
    'publishstream',
    'unknown',
    'malformed',
  ])('%s is an unknown message', (message) => {
    expect(received(message)).toMatchObject({ name: 'unknown', message, legacy: false });
  });

  it('cuts an unknown name', () => {
    expect(received('x'.repeat(5_000))).toMatchObject({ name: 'unknown', message: 'x'.repeat(64) });
  });
});

describe('bombs', () => {
  it.each([
    ['arrays', '['.repeat(200_000)],
    ['objects', '{"a":'.repeat(50_000)],
    ['closed arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a payload', `{"message":"sendData","data":[{"payload":${'['.repeat(62)}${']'.repeat(62)}}]}`],
  ])('of depth: %s', (_, frame) => {
    expect(decode(frame)).toEqual({ name: 'malformed', reason: 'nested deeper than 64' });
  });

  it('nesting up to the limit is fine, and brackets in texts do not count', () => {
    const payload = `${'['.repeat(61)}${']'.repeat(61)}`;
    expect(decode(`{"message":"sendData","data":[{"payload":${payload}}]}`).name).toBe('sendData');
    expect(received('pushLogs', { logs: '[{"\\'.repeat(500) }).name).toBe('pushLogs');
  });

  it('of size', () => {
    const text = 'x'.repeat(2_000_000);
    expect(payloadOf('pushLogs', { logs: text }).logs).toHaveLength(2_000_000);
    const fields = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(payloadOf('hangup', fields))).toEqual(['callId']);
  });
});
