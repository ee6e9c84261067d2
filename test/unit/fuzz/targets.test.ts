import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptCrashes } from '../../../fuzz/engine/crashes.js';
import { failureAlone } from '../../../fuzz/engine/fuzz.js';
import { targetNames, targets } from '../../../fuzz/targets/index.js';

const root = join(import.meta.dirname, '..', '..', '..');
const crashes = join(root, 'fuzz', 'crashes');

/** Whoever renames a target takes its crashes along. */
it('every folder of crashes is a target’s', () => {
  expect(targetNames).toEqual(expect.arrayContaining(readdirSync(crashes)));
});

describe.each(targetNames.filter((name) => keptCrashes(crashes, name).size > 0))('%s', (name) => {
  it.each([...keptCrashes(crashes, name)])('survives %s', async (_file, input) => {
    expect(await failureAlone(await targets[name]!(), input)).toBeNull();
  });
});

it('every target survives a short run', () => {
  const kept = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const args = ['fuzz/run.mjs', '--runs', '300', '--seconds', '60', '--seed', '1', '--crashes', kept];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  rmSync(kept, { recursive: true });
  expect(`${stdout}${stderr}`).not.toContain('CRASH');
  expect(stderr).toBe('');
  const rows = [...stdout.matchAll(/^\| (\S+) \| (\d+) \|/gm)];
  expect(rows.map(([, name, inputs]) => [name, Number(inputs)])).toEqual(
    targetNames.map((name) => [name, 300]),
  );
  expect(status).toBe(0);
  // Some 6 s of computing.
}, 240_000);
