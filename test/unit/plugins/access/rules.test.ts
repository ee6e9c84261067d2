import { scrypt } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { Rules } from '../../../../src/plugins/access/rules.js';
import { RulesFile } from '../../../../src/plugins/access/rules-file.js';
import { makeAccess } from './support.js';

const nobody = { appKey: 'defaultApp', login: '', address: '203.0.113.1', token: null };

test('a rule gives what it says to whom it fits in all that it names', () => {
  const rules = Rules.parse(`
rules:
  - play: [open-*]
  - appKey: [roomApp, 'my*']
    login: alice*
    publish: ['*']
  - address: [192.0.2.0/24, '2001:db8::/32', 198.51.100.7]
    publish: [cam-*]
  - token: [first, second]
    play: ['*']
`);
  expect(rules.allow(nobody, 'play', 'open-1')).toBe(true);
  expect(rules.allow(nobody, 'publish', 'open-1')).toBe(false);
  const alice = { ...nobody, appKey: 'myApp', login: 'alice1' };
  expect(rules.allow(alice, 'publish', 'x')).toBe(true);
  expect(rules.allow({ ...alice, login: 'bob' }, 'publish', 'x')).toBe(false);
  expect(rules.allow({ ...alice, appKey: 'other' }, 'publish', 'x')).toBe(false);
  for (const address of ['192.0.2.9', '::ffff:192.0.2.9', '2001:db8::1', '198.51.100.7'])
    expect(rules.allow({ ...nobody, address }, 'publish', 'cam-1'), address).toBe(true);
  for (const address of ['192.0.3.9', '::1', '2001:db9::1', '198.51.100.8', '', 'x'])
    expect(rules.allow({ ...nobody, address }, 'publish', 'cam-1'), address).toBe(false);
  expect(rules.allow({ ...nobody, token: 'second' }, 'play', 'x')).toBe(true);
  for (const token of ['', 'secon', 'second ', 'SECOND', '*'])
    expect(rules.allow({ ...nobody, token }, 'play', 'x'), token).toBe(false);
});

test.each([
  ['', /the file/],
  ['rules: 1', /rules/],
  ['rules: [{ pla: [a] }]', /rules\.0/],
  ['rules: [{ play: a }]', /rules\.0\.play/],
  ['rules: [{ play: [1] }]', /rules\.0\.play\.0/],
  ['rules: [{ play: [""] }]', /rules\.0\.play\.0/],
  ['rules: [{ address: 300.1.1.1, play: [a] }]', /rules\.0\.address.*no address/],
  ['rules: [{ address: 10.0.0.0/33, play: [a] }]', /no address/],
  ['rules: [{ address: "10.0.0.0/", play: [a] }]', /no address/],
  ['rules: [{ address: 10.0.0.0/8/8, play: [a] }]', /no address/],
  ['rules: [{ address: host.example, play: [a] }]', /no address/],
  ['rules: [{ token: [], play: [a] }]', /rules\.0\.token/],
  ['rules: []\nmore: 1', /more/],
  ['rules: [', /./],
  [`rules: [${'{},'.repeat(1001)}]`, /rules/],
])('%s is no rules file', (text, reason) => {
  expect(() => Rules.parse(text)).toThrow(reason);
});

test('a rules file is read again when it changes; one that is no good leaves the old rules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rules.yaml');
  const write = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  write('rules: [{ play: [a] }]');
  const { access, may, lines } = await makeAccess({ rulesFile: path });
  onTestFinished(() => access.close());
  expect([await may({}, 'play', 'a'), await may({}, 'play', 'b')]).toEqual([null, 'Restricted access']);
  write('{ "rules": [{ "play": ["b"], "token": "t0p s3cret" }, { "play": ["b"] }] }');
  await expect.poll(() => may({}, 'play', 'b'), { timeout: 10_000 }).toBeNull();
  expect(await may({}, 'play', 'a')).toBe('Restricted access');
  write('rules: [{ token: "t0p s3cret", plays: [c] }]');
  await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('the old ones stay');
  expect(await may({}, 'play', 'b')).toBeNull();
  expect(lines.join('')).not.toContain('s3cret');
});

test('a rules file that changes as soon as it has been read is read again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rules.yaml');
  writeFileSync(path, 'rules: [{ play: [a] }]');
  // Node's threads have other things to do: what looks at the file in one of them comes late.
  for (let task = 0; task < 8; task++) scrypt('a', 'b', 64, { cost: 2 ** 14 }, () => {});
  const file = new RulesFile(path, createLogger({ level: 'silent' }));
  writeFileSync(path, 'rules: [{ play: [other] }]');
  onTestFinished(() => file.close());
  await expect.poll(() => file.rules.allow(nobody, 'play', 'other'), { timeout: 10_000 }).toBe(true);
});

test('a rules file that is not there or no good stops the start', async () => {
  await expect(makeAccess({ rulesFile: '/nowhere/rules.yaml' })).rejects.toMatchObject({
    code: 'RULES_INVALID',
  });
});

test('rules see what the client calls itself, its token, and its address', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rules.json');
  const rule = { login: 'alice', token: 'letmein', address: '10.0.0.0/8', publish: ['*'] };
  writeFileSync(path, JSON.stringify({ rules: [rule] }));
  const { access, may } = await makeAccess({ rulesFile: path });
  onTestFinished(() => access.close());
  const from = { custom: { login: 'alice', token: 'letmein' }, remoteAddress: '10.1.2.3' };
  expect(await may(from, 'publish', 'x')).toBeNull();
  expect(await may({ ...from, custom: { login: 'alice' }, urlToken: 'letmein' }, 'publish', 'x')).toBeNull();
  expect(await may({ ...from, custom: { login: 'alice' } }, 'publish', 'x')).toBe('Restricted access');
  expect(await may({ ...from, remoteAddress: '11.1.2.3' }, 'publish', 'x')).toBe('Restricted access');
});
