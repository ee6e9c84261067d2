import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { descendants } from '../support/processes.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';
import { WsMediaPlayer } from '../support/ws-media-player.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

describe('a running server', () => {
  let server: Server | undefined;

  beforeEach(async () => {
    server = await Server.start();
  });

  afterEach(() => server?.stop());

  showServerOnFailure(() => server);

  // Another start or two where the machine was busy with something else: what is meant is the server's own time.
  it('is ready within 2 s', { retry: 2 }, () => {
    expect(server!.readyAfterMs).toBeLessThan(2000);
  });

  it('says what it listens on', () => {
    expect(server!.ready).toEqual({
      wsUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+/),
      wssUrl: expect.stringMatching(/^wss:\/\/127\.0\.0\.1:\d+/),
      httpsUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+/),
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

  it('leaves no process behind when it is killed itself, nor any of theirs', async () => {
    const publisher = await Peer.connect(server!.wsUrl);
    await publisher.status(await publisher.publish('orphan', { ...MEDIA, video: [['H264', 96]] }), [
      'PUBLISHING',
    ]);
    // Its sound is made by ffmpeg.
    const player = await WsMediaPlayer.play(server!.wsUrl, 'orphan', 'MSE');
    const processes = () => descendants(server!.program.pid!);
    const makers = () => processes().filter(({ command }) => command.startsWith('ffmpeg '));
    await expect.poll(() => makers().length, { timeout: 10_000 }).toBe(1);
    const pids = processes().map(({ pid }) => pid);
    expect(pids).toEqual(expect.arrayContaining([...server!.ready.mediaPids]));
    await server!.kill();
    server = undefined;
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
    player.close();
    await publisher.close();
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
