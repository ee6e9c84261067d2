import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { AdminGuard } from '../../src/admin/index.js';
import { createLogger } from '../../src/kit/index.js';
import { createAccess } from '../../src/plugins/access/index.js';
import { buildWebApp } from '../../src/plugins/web/app.js';
import { recordAccess } from '../../src/record-access.js';
import { configOf } from '../support/extensions.js';
import { nobody, operatorToken } from './admin/support.js';
import { startRecording, temporaryFolder } from './plugins/recording/support.js';

const secret = '0123456789abcdef0123456789abcdef';
const rulesToken = 'rules-token-0123456789';
const rules = `rules:
  - { play: ['public-*'] }
  - { token: ${rulesToken}, play: ['cam'] }
  - { appKey: '?*', play: ['*'] }
  - { login: alice, play: ['*'] }`;

const sign = (play: string[], key = secret, expires = '1h') =>
  new SignJWT({ sluice: { play } })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(key));

/** A folder with recordings of the streams `cam` and `public-1`, one that is written, and one of nobody knows which. */
async function start(serve: string, { open = false, admins = [operatorToken] } = {}) {
  const folder = temporaryFolder();
  const rulesFile = join(temporaryFolder(), 'rules.yaml');
  writeFileSync(rulesFile, rules);
  for (const name of ['cam.mp4', 'public.mp4', 'running.mp4', 'old.mp4', 'odd.mp4'])
    writeFileSync(join(folder, name), name);
  const note = (name: string, text: string) => writeFileSync(join(folder, name), text);
  note('.cam.mp4.stream.json', '{"version":1,"streamName":"cam"}');
  note('.public.mp4.stream.json', '{"version":1,"streamName":"public-1"}');
  note('.running.mp4.recording.json', '{"values":{"streamName":"cam"}}');
  note('.odd.mp4.stream.json', '{"version":1,"streamName":["cam"]}');
  const { plugin, config } = startRecording({
    ...{ 'recording.folder': folder, 'recording.serve': serve },
    ...{ 'access.jwtSecret': secret, 'access.rulesFile': rulesFile },
  });
  const log = createLogger({ level: 'silent' });
  const guard = new AdminGuard({ ...nobody, tokens: admins }, log);
  const access = open ? null : await createAccess(config, log, Date.now);
  onTestFinished(() => access?.close());
  const pages = temporaryFolder();
  mkdirSync(pages, { recursive: true });
  for (const page of ['index.html', '404.html']) writeFileSync(join(pages, page), page);
  const downloads = plugin.downloads
    ? [recordAccess(config.recording.serve, plugin.downloads, { access, open }, guard)]
    : [];
  const app = await buildWebApp({
    ...{ config: configOf({}), log, consoleDir: pages, wsPort: 1, version: '1', downloads },
  });
  onTestFinished(() => app.close());
  const get = (name: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.9') =>
    app.inject({ url: `/client/records/${name}`, headers: { host: 'localhost', ...headers }, remoteAddress });
  const status = async (...args: Parameters<typeof get>) => (await get(...args)).statusCode;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return { get, status, bearer, plugin };
}

test('who may play the stream may have its recordings', async () => {
  const { get, status, bearer } = await start('access');
  const cam = await sign(['c*']);
  expect(await status('cam.mp4', bearer(cam))).toBe(200);
  expect(await status(`cam.mp4?token=${cam}`)).toBe(200);
  expect(await status(`running.mp4?token=${cam}`)).toBe(200);
  expect(await status(`cam.mp4?token=${rulesToken}`)).toBe(200);
  expect(await status('public.mp4')).toBe(200);
  const part = await get('cam.mp4', { ...bearer(cam), range: 'bytes=0-2' });
  expect([part.statusCode, part.body, part.headers['cache-control']]).toEqual([
    206,
    'cam',
    'private, no-cache',
  ]);
});

test('nobody else, and nobody learns what there is', async () => {
  const { get, status, bearer } = await start('access');
  const other = await sign(['other']);
  const all = await sign(['*']);
  for (const name of ['cam.mp4', 'nowhere.mp4']) {
    expect(await status(name), name).toBe(401);
    expect(await status(`${name}?token=${other}`), name).toBe(401);
    expect(await status(name, bearer(other)), name).toBe(403);
  }
  const forged = [
    await sign(['*'], 'another-secret-0123456789abcdef0'),
    await sign(['*'], secret, '-1h'),
    `${all.slice(0, -2)}AA`,
    `${all.split('.').slice(0, 2).join('.')}.`,
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${all.split('.')[1]}.`,
    'x'.repeat(9000),
  ];
  for (const token of forged) expect(await status(`cam.mp4?token=${token}`), token).toBe(401);
  expect(await status(`cam.mp4?token=${all}&token=${all}`)).toBe(401);
  // Whose they are is not known: not even who may play everything gets them.
  for (const name of ['old.mp4', 'odd.mp4']) expect(await status(`${name}?token=${all}`), name).toBe(401);
  const refused = await get('cam.mp4', bearer(other));
  expect(refused.headers).not.toHaveProperty('content-disposition');
  expect(refused.body).not.toContain('cam.mp4');
});

test.each([
  '..%2fpublic.mp4',
  '.cam.mp4.stream.json',
  '.running.mp4.recording.json',
  'cam.mp4%00',
  '%2e%2e%2fcam.mp4',
])('a forged name leads nowhere: %s', async (name) => {
  const { status, bearer } = await start('access');
  expect(await status(name)).toBe(404);
  expect(await status(name, bearer(operatorToken))).toBe(404);
});

test('administrators get all, and attempts to be one are counted, those with signed tokens not', async () => {
  const { status, bearer } = await start('access');
  const other = await sign(['other']);
  for (let attempt = 0; attempt < 12; attempt += 1) expect(await status('old.mp4', bearer(other))).toBe(403);
  for (const name of ['cam.mp4', 'old.mp4', 'odd.mp4'])
    expect(await status(name, bearer(operatorToken)), name).toBe(200);
  for (let attempt = 0; attempt < 10; attempt += 1)
    expect(await status('old.mp4', bearer('a-guess-0123456789'))).toBe(401);
  expect(await status('old.mp4', bearer(operatorToken))).toBe(429);
});

test('without administrators that is this machine alone, and no page of another origin on it', async () => {
  const { status } = await start('access', { admins: [] });
  expect(await status('old.mp4', {}, '127.0.0.1')).toBe(200);
  expect(await status('old.mp4', { origin: 'https://evil.example' }, '127.0.0.1')).toBe(403);
  expect(await status('old.mp4', { 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1')).toBe(403);
  expect(await status('old.mp4')).toBe(403);
});

test('open, admin and off are what they say; an open installation serves everybody', async () => {
  const all = await sign(['*']);
  expect(await (await start('open')).status('old.mp4')).toBe(200);
  expect(await (await start('access', { open: true })).status('old.mp4')).toBe(200);
  const admin = await start('admin');
  expect(await admin.status(`cam.mp4?token=${all}`)).toBe(401);
  expect(await admin.status('public.mp4')).toBe(401);
  expect(await admin.status('cam.mp4', admin.bearer(operatorToken))).toBe(200);
  // Backends are asked about clients only.
  const { plugin } = await start('off');
  expect(plugin.downloads).toBeNull();
});

test('who is told of a recording has a ticket for it, and for no other', async () => {
  const { status, plugin } = await start('admin');
  const { items, total } = await plugin.finished.list(0, 10);
  expect([total, items.map(({ fileName }) => fileName).sort()]).toEqual([
    4,
    ['cam.mp4', 'odd.mp4', 'old.mp4', 'public.mp4'],
  ]);
  const url = items.find(({ fileName }) => fileName === 'old.mp4')?.url ?? '';
  const ticket = url.split('ticket=')[1] ?? '';
  expect(await status(url.replace('/client/records/', ''))).toBe(200);
  expect(await status(`cam.mp4?ticket=${ticket}`)).toBe(401);
  for (const forged of [
    '',
    `z${ticket}`,
    `${ticket}A`,
    `zzzzzzzz.${ticket.split('.')[1]}`,
    '.',
    'a'.repeat(9000),
  ])
    expect(await status(`old.mp4?ticket=${forged}`), forged).toBe(401);
});
