import { expect, test } from 'vitest';
import { readPageMessage } from '../../../../src/plugins/live/page-message.js';

test('what a page may say', () => {
  expect(readPageMessage('{"type":"watch","stream":"cam"}')).toEqual({ type: 'watch', stream: 'cam' });
  expect(readPageMessage('{"type":"unwatch","stream":7}')).toEqual({ type: 'unwatch' });
});

test.each([
  '',
  '{',
  'null',
  '7',
  '"watch"',
  '[]',
  '["watch","cam"]',
  '{}',
  '{"type":"watch"}',
  '{"type":"watch","stream":null}',
  '{"type":"watch","stream":""}',
  '{"type":"watch","stream":["cam"]}',
  '{"type":"watch","stream":{"toString":"cam"}}',
  '{"type":["watch"],"stream":"cam"}',
  '{"type":"WATCH","stream":"cam"}',
  '{"type":"terminate","stream":"cam"}',
  '{"__proto__":{"type":"watch","stream":"cam"}}',
  `{"type":"watch","stream":"${'x'.repeat(4097)}"}`,
  '[['.repeat(2000),
])('nothing else: %s', (text) => {
  expect(readPageMessage(text)).toBeNull();
});
