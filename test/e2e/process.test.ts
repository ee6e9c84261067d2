import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';

/** Once more where the machine was busy with something else: what is meant is the server's own time. */
const unhurried = { retry: 2 };

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

describe('a running server', () => {
  let server: Server | undefined;

  beforeEach(async () => {
    server = await Server.start();
  });

  afterEach(() => server?.stop());

  showServerOnFailure(() => server);

  it('is ready within 2 s', unhurried, () => {
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

  it(
    'ends the streams of a media process that is killed, and serves new ones within 1 s',
    unhurried,
    async () => {
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
          if (!answered) {
            await sleep(20);
            continue;
          }
          expect(answered.at - killedAt, `answered at attempt ${attempt}`).toBeLessThan(1000);
          await publisher.status(again, ['PUBLISHING']);
          const replayed = await player.play('killed', MEDIA);
          await player.receives(replayed, 'video', 25);
          break;
        }
      } finally {
        await Promise.all([publisher.close(), player.close()]);
      }
    },
  );
});
