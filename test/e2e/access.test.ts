import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { runServer, Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const secret = 'a secret of at least thirty-two bytes';

const encode = (value: object | Buffer) =>
  Buffer.from(Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

/** A token as a site without any library would make it. */
function token(rights: object, { alg = 'HS256', lifetime = 600 } = {}): string {
  const exp = Math.floor(Date.now() / 1000) + lifetime;
  const head = `${encode({ alg })}.${encode({ sluice: rights, exp })}`;
  return `${head}.${alg === 'none' ? '' : encode(createHmac('sha256', secret).update(head).digest())}`;
}

describe('a server that asks for tokens, and has rules', () => {
  let folder: string;
  let rules: string;
  let server: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-access-'));
    rules = join(folder, 'rules.yaml');
    await writeFile(rules, 'rules: [{ play: ["free-*"] }]');
    server = await Server.start({ flags: ['--access-jwt-secret', secret, '--access-rules-file', rules] });
  });

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  showServerOnFailure(() => server);

  const refusalOf = async (url: string, name: string): Promise<unknown> => {
    const client = await WcsClient.connect(url);
    client.send('playStream', { mediaSessionId: 'play', name, sdp: 'v=0' });
    const { first } = await client.status('play', ['FAILED']);
    await client.close();
    return first.info;
  };

  it('lets publish and play what the token says, and nothing else', async () => {
    const url = `${server.wsUrl}/?token=${token({ publish: ['mine-*'], play: ['*'] })}`;
    const [publisher, viewer] = [await Peer.connect(url), await Peer.connect(url)];
    try {
      const other = await publisher.publish('other', MEDIA);
      expect(await publisher.status(other, ['FAILED'])).toMatchObject({ info: 'Restricted access' });
      await publisher.status(await publisher.publish('mine-1', MEDIA), ['PUBLISHING']);
      await viewer.status(await viewer.play('mine-1', MEDIA), ['PLAYING']);
      expect(await refusalOf(server.wsUrl, 'mine-1')).toBe('Restricted access');
    } finally {
      await Promise.all([publisher.close(), viewer.close()]);
    }
  });

  it('takes no token that is unsigned or has expired, and logs none', async () => {
    const all = { publish: ['*'], play: ['*'] };
    const bad = [token(all, { alg: 'none' }), token(all, { lifetime: -60 }), `${token(all)}x`];
    for (const one of bad)
      expect(await refusalOf(`${server.wsUrl}/?token=${one}`, 'x')).toBe('Restricted access');
    expect(await refusalOf(`${server.wsUrl}/?token=${token(all)}`, 'x')).toBe('Session does not exist');
    const text = server.program.text();
    for (const one of [...bad, secret]) expect(text).not.toContain(one);
  });

  it('follows the rules as they change', async () => {
    expect(await refusalOf(server.wsUrl, 'free-1')).toBe('Session does not exist');
    expect(await refusalOf(server.wsUrl, 'other-1')).toBe('Restricted access');
    await writeFile(rules, 'rules: [{ play: ["other-*"] }]');
    await server.program.output.waitFor('rules', ({ text }) => text.includes('rules read again'), 10_000);
    expect(await refusalOf(server.wsUrl, 'free-1')).toBe('Restricted access');
    expect(await refusalOf(server.wsUrl, 'other-1')).toBe('Session does not exist');
  });

  it('does not start with rules or keys that are no good', async () => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, 'rules: [{ plays: [x] }]');
    for (const flag of ['--access-rules-file', '--access-jwt-key-file']) {
      const { code, program } = await runServer(['--data-dir', folder, flag, file]);
      expect({ code, text: program.text('stderr') }).toEqual({
        code: 1,
        text: expect.stringContaining(file),
      });
    }
  });
});

it('an open server says so, and what to set', async () => {
  const server = await Server.start();
  try {
    expect(server.program.text()).toMatch(/"level":"warn".*everybody.*access\.jwtSecret/);
  } finally {
    await server.stop();
  }
});
