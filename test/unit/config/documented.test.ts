import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationReference } from '../../../src/config/index.js';

test('docs/configuration.md is what `npm run docs` writes', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  // The default number of media processes is described in words, so the page is the same on every machine.
  expect(page).toContain(configurationReference().trimEnd());
});
