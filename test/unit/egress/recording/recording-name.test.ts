import { expect, test } from 'vitest';
import { defaultTemplate, type NameValues, recordingName } from '../../../../src/egress/recording/index.js';

const values: NameValues = {
  streamName: 'cam',
  sessionId: '/10.0.0.1:5555/10.0.0.2:8443',
  mediaSessionId: '58488550-99dd-11e8',
  login: 'alice',
  audioCodec: 'opus',
  videoCodec: 'H264',
  startTime: Date.UTC(2026, 10, 27, 20, 43, 16, 250),
  endTime: null,
};
const named = (streamName: string) => recordingName('{streamName}', { ...values, streamName });

test('a name has what its template says', () => {
  expect(recordingName(defaultTemplate, values)).toBe('stream-58488550-99dd-11e8-alice');
  expect(recordingName('{streamName}_{videoCodec}_{audioCodec}', values)).toBe('cam_H264_opus');
  expect(recordingName('{startTime}.{startTimeMillis}', values)).toBe('2026-11-27-20-43-16.1795812196250');
  expect(recordingName('{other}', values)).toMatch(/^_other_~[0-9a-f]{8}$/);
});

test('what is known at the end only stands in the name at the end', () => {
  const template = '{streamName}-{endTime}-{endTimeMillis}-{duration}';
  expect(recordingName(template, values)).toBe('cam-recording-recording-recording');
  const ended = { ...values, endTime: values.startTime + 61_000 };
  expect(recordingName(template, ended)).toBe('cam-2026-11-27-20-44-17-1795812257250-61000');
});

test('names of ordinary people stay as they are', () => {
  for (const name of ['Камера-1', '会議室', 'a.b_c-d@e', 'über', 'cam-2']) expect(named(name)).toBe(name);
});

const hostile = [
  ['../../etc/x', /^_etc_x~|^__\.\._etc_x~|^_\/|^_[._]*etc_x~/],
  ['a\0b', /^a_b~/],
  ['CON', /^_CON~/],
  ['lpt1.txt', /^_lpt1\.txt~/],
  ['', /^_~/],
  ['.', /^_~/],
  ['...hidden', /^_hidden~/],
  ['end.', /^end_~/],
  ['%2f', /^_2f~/],
  ['{streamName}', /^_streamName_~/],
  ['😀', /^_~/],
  ['a\u202eb', /^a_b~/],
  ['-rf $(x)`"\n', /^-rf___x____~/],
] as const;

test.each(hostile)('%j becomes harmless', (name, expected) => {
  expect(named(name)).toMatch(expected);
});

test('different names stay different, whatever becomes of them', () => {
  const names = [
    ...hostile.map(([name]) => name),
    '😁',
    '\ud800',
    '\ud801',
    'a/b',
    'a\\b',
    'a_b',
    'e\u0301',
    'é',
    'x'.repeat(4096),
    'x'.repeat(4097),
    `${'x'.repeat(4096)}y`,
    named('a/b'),
  ];
  expect(new Set(names.map(named)).size).toBe(names.length);
});

/** xorshift32, seeded. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

test('no name leaves the folder, is hidden, empty or too long', () => {
  const roll = dice(6);
  const parts = [
    '..',
    '/',
    '\\',
    '\0',
    '%2e',
    '.',
    ' ',
    'CON',
    'é',
    '漢',
    '😀',
    '\ud83d',
    '~',
    '-',
    'a',
    '{login}',
  ];
  for (let i = 0; i < 3000; i++) {
    let text = '';
    for (let n = roll(i % 50 === 0 ? 3000 : 12); n > 0; n--)
      text += roll(4) === 0 ? String.fromCharCode(roll(0x10000)) : parts[roll(parts.length)];
    const name = recordingName(roll(2) === 0 ? '{streamName}' : text, { ...values, streamName: text });
    expect(name).toMatch(/^[\p{L}\p{N}\p{M}_@~-][\p{L}\p{N}\p{M}._@~-]*$/u);
    expect(name).not.toMatch(/\.$|^(con|prn|aux|nul)(\.|$)/i);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(188);
  }
});
