import { describe, expect, it } from 'vitest';
import { configurationReference, loadConfig } from '../../../src/config/index.js';

describe('configurationReference', () => {
  const reference = configurationReference();
  const loaded = loadConfig({ argv: [], env: {}, version: '1', readFile: () => '' });

  it('has one row for each setting of the configuration', () => {
    const keys = (value: unknown, path: string[]): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? Object.entries(value).flatMap(([name, inner]) => keys(inner, [...path, name]))
        : [path.join('.')];
    const expected = loaded.kind === 'config' ? keys(loaded.config, []) : [];
    expect(expected).toContain('codecs.video');
    const rows = [...reference.matchAll(/^\| `([\w.]+)`<br>/gm)].map((match) => match[1]);
    expect(rows).toEqual(expected);
  });

  it('names the flag and the variable, and explains the setting', () => {
    expect(reference).toContain(
      '| `signaling.pingInterval`<br>`--signaling-ping-interval`<br>`SLUICE_SIGNALING_PING_INTERVAL` | 5000 | Time between two pings to a client. A whole number from 100 to 600000 (ms). |',
    );
    expect(reference).toContain('## Media\n\n');
    for (const row of reference.split('\n').filter((line) => line.startsWith('| '))) {
      expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5);
    }
  });
});
