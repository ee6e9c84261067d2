import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { runServer, Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

describe('a running server', () => {
  let server: Server | undefined;

  beforeEach(async () => {
    server = await Server.start();
  });

  afterEach(() => server?.stop());

  showServerOnFailure(() => server);

  it('is ready within 2 s and says what it listens on', () => {
    expect(server!.readyAfterMs).toBeLessThan(2000);
    expect(server!.ready).toEqual({
      wsUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+/),
      httpUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
      mediaPorts: expect.arrayContaining([expect.any(Number)]),
      mediaTcpPorts: server!.ready.mediaPorts,
      mediaPids: expect.arrayContaining([expect.any(Number)]),
    });
  });

  it('serves a first page and the Web SDK over HTTP', async () => {
    const page = await fetch(server!.httpUrl);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const sdk = await fetch(new URL('/sdk/flashphoner.js', server!.httpUrl));
    expect(sdk.status).toBe(200);
    expect(await sdk.text()).toContain('Flashphoner');
  });

  it('ends the streams of a media process that is killed, and serves new ones within 1 s', async () => {
    const [publisher, player] = [await Peer.connect(server!.wsUrl), await Peer.connect(server!.wsUrl)];
    try {
      const up = await publisher.publish('killed', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await player.play('killed', MEDIA);
      await player.receives(down, 'video', 25);

      const killedAt = performance.now();
      for (const pid of server!.ready.mediaPids) process.kill(pid, 'SIGKILL');
      await publisher.status(up, ['FAILED']);
      await player.status(down, ['FAILED']);

      // A client that reconnects at once may come while the new process is starting: it may be refused, and asks again.
      for (let attempt = 1; ; attempt++) {
        const again = await publisher.publish('killed', MEDIA);
        const answer = publisher.message('setRemoteSDP', again);
        const refusal = publisher.status(again, ['FAILED']).then(
          () => null,
          () => null,
        );
        const answered = await Promise.race([answer.catch(() => null), refusal]);
        if (!answered) continue;
        expect(answered.at - killedAt, `answered at attempt ${attempt}`).toBeLessThan(1000);
        await publisher.status(again, ['PUBLISHING']);
        const replayed = await player.play('killed', MEDIA);
        await player.receives(replayed, 'video', 25);
        break;
      }
    } finally {
      await Promise.all([publisher.close(), player.close()]);
    }
  });

  it.each([
    'SIGTERM',
    'SIGINT',
  ] as const)('on %s ends streams, closes sockets with 1001, exits with 0', async (signal) => {
    const [publisher, player] = [await Peer.connect(server!.wsUrl), await Peer.connect(server!.wsUrl)];
    const idle = await WcsClient.connect(server!.wsUrl);
    try {
      const up = await publisher.publish('stopped', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await player.play('stopped', MEDIA);
      await player.status(down, ['PLAYING']);

      server!.program.signal(signal);
      const exit = await server!.program.exit(3000);
      expect(exit).toEqual({ code: 0, signal: null });
      expect((await idle.closed).code).toBe(1001);
      for (const [peer, mediaSessionId] of [
        [publisher, up],
        [player, down],
      ] as const) {
        await peer.status(mediaSessionId, ['UNPUBLISHED', 'STOPPED', 'FAILED']);
        const closed = await peer.events.waitFor('closed', ({ event }) => event === 'closed', 3000);
        expect(closed.code).toBe(1001);
      }
    } finally {
      await Promise.all([publisher.close(), player.close()]);
    }
  });

  it('leaves no media process behind when it is killed itself', async () => {
    const { mediaPids } = server!.ready;
    await server!.kill();
    server = undefined;
    await expect.poll(() => mediaPids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});

describe('the command line', () => {
  let folder: string;
  let base: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
    const mediaPort = await freeMediaPorts(2);
    base = ['--host', '127.0.0.1', '--ws-port', '0', '--http-port', '0', '--data-dir', folder];
    base.push('--media-workers', '1', '--media-port', String(mediaPort));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** It ends with exit code 1 and one line on stderr, no stack trace, that names what is wrong. */
  async function expectRefusal(flags: readonly string[], ...named: readonly string[]): Promise<void> {
    const { code, program } = await runServer(flags);
    const lines = program
      .text('stderr')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect({ code, lines: lines.length }, program.text()).toEqual({ code: 1, lines: 1 });
    for (const text of named) expect(lines[0]).toContain(text);
  }

  it.each(['--ws-port', '--http-port'])('refuses a %s in use', async (flag) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await expectRefusal([...base, flag, String(port)], String(port));
    } finally {
      other.close();
    }
  });

  it('refuses a media port in use', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const port = String(other.address().port);
      await expectRefusal([...base, '--media-port', port], port);
    } finally {
      other.close();
    }
  });

  it('refuses a TCP port for media in use, of any media process, unless it is told to do without', async () => {
    const mediaPort = await freeMediaPorts(2);
    const other = createServer().listen(mediaPort + 1, '127.0.0.1');
    await once(other, 'listening');
    try {
      const flags = [...base, '--media-port', String(mediaPort), '--media-workers', '2'];
      await expectRefusal(flags, `Port ${mediaPort + 1} (TCP)`, '--media-tcp-port');
      const server = await Server.start({
        mediaPort,
        flags: ['--media-workers', '2', '--media-tcp', 'false'],
      });
      expect(server.ready).toMatchObject({ mediaPorts: [mediaPort, mediaPort + 1], mediaTcpPorts: [] });
      await server.stop();
    } finally {
      other.close();
    }
  });

  it('refuses an address that is not one of this machine', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737); its last address is nobody's.
    await expectRefusal([...base, '--host', '192.0.2.254'], '192.0.2.254');
  });

  it.each([
    ['--host', 'no-address'],
    ['--announce', 'no address'],
    ['--ws-port', '65536'],
    ['--media-port', 'many'],
    ['--log-level', 'loud'],
    ['--no-such-flag', 'x'],
  ])('refuses %s %s', async (flag, value) => {
    await expectRefusal([...base, flag, value], flag);
  });

  it('refuses unknown keys of the configuration file with their path', async () => {
    const file = join(folder, 'unknown.yaml');
    await writeFile(file, 'media:\n  noSuchKey: 1\n');
    await expectRefusal([...base, '--config', file], 'media.noSuchKey');
  });

  it('takes settings from the configuration file', async () => {
    const file = join(folder, 'good.yaml');
    await writeFile(file, 'protocol:\n  missingStreamInfo: Stream not found\n');
    const server = await Server.start({ flags: ['--config', file] });
    const client = await WcsClient.connect(server.wsUrl);
    client.send('playStream', {
      mediaSessionId: 'missing',
      name: 'missing',
      mediaProvider: 'WebRTC',
      sdp: 'v=0',
    });
    expect((await client.status('missing', ['FAILED'])).first.info).toBe('Stream not found');
    await client.close();
    await server.stop();
  });

  it('lists its flags with --help', async () => {
    const { code, program } = await runServer(['--help']);
    expect(code).toBe(0);
    for (const flag of [
      '--host',
      '--ws-port',
      '--http-port',
      '--media-port',
      '--media-workers',
      '--announce',
    ]) {
      expect(program.text('stdout')).toContain(flag);
    }
    for (const flag of ['--data-dir', '--config', '--log-level', '--help']) {
      expect(program.text('stdout')).toContain(flag);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
