import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { effectiveSettings } from '../../../src/config/index.js';
import { configOf } from './support.js';

const argv = ['--announce', '203.0.113.7:40000/443', '--codecs-video', 'VP8', '--rooms-banned', 'a,b'];

it('are a file that sets the same', () => {
  const config = configOf({ argv });
  const files = { 's.yaml': effectiveSettings(config) };
  expect(configOf({ argv: ['--config', 's.yaml'], files })).toEqual(config);
});

it('hold no secrets', () => {
  const text = effectiveSettings(configOf({ argv: ['--webrtc-metrics-authorization', 'Bearer hidden'] }));
  expect(text).not.toContain('hidden');
  expect(parse(text).webrtcMetrics.authorization).toBe('[secret]');
  const none = parse(effectiveSettings(configOf({})));
  expect([none.webrtcMetrics.authorization, none.admin.tokens]).toEqual(['', []]);
  const tokens = effectiveSettings(configOf({ argv: ['--admin-tokens', 'viewer:0123456789abcdef'] }));
  expect(parse(tokens).admin.tokens).toEqual(['[secret]']);
});
