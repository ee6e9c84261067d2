import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/wire/index.js';
import { fieldsOf, NAMES, payloadOf, received } from './fixtures.js';

describe('fields', () => {
  it('have defaults', () => {
    expect(payloadOf('publishStream')).toEqual({
      mediaSessionId: '',
      name: '',
      record: false,
      mediaProvider: 'WebRTC',
      sdp: '',
      bitrate: 0,
      minBitrate: 0,
      maxBitrate: 0,
    });
    expect(payloadOf('playStream')).toMatchObject({ quality: 0, mediaProvider: 'WebRTC' });
    expect(payloadOf('sendDtmf')).toEqual({ callId: '' });
    expect(payloadOf('webRTCMetricsClientDescription')).toMatchObject({ compression: 'none' });
  });

  it('that are unknown are dropped, those of the application are kept as they are', () => {
    const custom = JSON.parse('{"a":{"b":[1]},"__proto__":{"c":1}}') as object;
    const data = payloadOf('connection', { nonsense: 1, custom });
    expect(data).not.toHaveProperty('nonsense');
    expect(JSON.stringify(data.custom)).toBe(JSON.stringify(custom));
    expect(({} as Record<string, unknown>).c).toBeUndefined();
  });

  it.each([
    [true, true],
    [1, true],
    ['true', true],
    ['TRUE', true],
    ['1', true],
    [false, false],
    ['false', false],
    [2, false],
    ['yes', false],
    [null, false],
    [{}, false],
    [[true], false],
  ])('record: %j is %s', (record, expected) => {
    expect(payloadOf('publishStream', { record }).record).toBe(expected);
  });

  it.each([
    [300, 300],
    [0.5, 0.5],
    ['300', 300],
    ['300.5', 300.5],
    [-1, 0],
    ['-1', 0],
    ['', 0],
    ['1e3', 0],
    ['0x10', 0],
    ['Infinity', 0],
    ['9'.repeat(400), 0],
    [null, 0],
    [true, 0],
    [[5], 0],
    [{}, 0],
  ])('bitrate: %j is %s', (bitrate, expected) => {
    expect(payloadOf('publishStream', { bitrate }).bitrate).toBe(expected);
  });

  it('a number beyond what a double holds is none', () => {
    const decoded = decode('{"message":"publishStream","data":[{"bitrate":1e999,"name":1e999}]}');
    expect(decoded).toMatchObject({ name: 'publishStream', data: { bitrate: 0, name: '' } });
  });

  it.each([
    ['test', 'test'],
    [7, '7'],
    [true, 'true'],
    [null, ''],
    [{}, ''],
    [['x'], ''],
  ])('name: %j is %j', (name, expected) => {
    expect(payloadOf('publishStream', { name }).name).toBe(expected);
  });

  it.each([
    [
      ['WebRTC', 'MSE'],
      ['WebRTC', 'MSE'],
    ],
    ['WebRTC', ['WebRTC']],
    [
      ['WebRTC', null, {}, 7],
      ['WebRTC', '7'],
    ],
    [null, []],
    [{}, []],
    [Array.from({ length: 1_000 }, () => 'x'), Array.from({ length: 32 }, () => 'x')],
  ])('mediaProviders: %j', (mediaProviders, expected) => {
    expect(payloadOf('connection', { mediaProviders }).mediaProviders).toEqual(expected);
  });

  it.each([[7], ['x'], [null], [[1]], [true]])('an object that is %j is absent', (value) => {
    expect(payloadOf('publishStream', { custom: value }).custom).toBeUndefined();
  });

  it('of any wrong type never refuse a message', () => {
    const fields = NAMES.flatMap(fieldsOf);
    for (const wrong of [null, true, -1, 'x', [], [[]], {}, { a: {} }]) {
      const payload = Object.fromEntries(fields.map((field) => [field, wrong]));
      for (const name of NAMES) expect(received(name, payload).name).toBe(name);
    }
  });
});
