import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Flood } from '../support/flood.js';
import { Peer, type PeerMedia, type StatusEvent } from '../support/peer.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const REFUSED = { status: 'FAILED', info: 'Failed to add stream to proxy' };

describe('a media process past its capacity', () => {
  let server: Server;
  let publisher: Peer;
  let viewer: Peer;
  let newcomer: Peer;
  let up: string;
  let down: string;

  beforeEach(async () => {
    // Without the pauses that make a flood cheap.
    const flags = ['--media-workers', '1', '--media-refuse-viewers-above', '10', '--media-gather-time', '0'];
    server = await Server.start({ flags });
    [publisher, viewer, newcomer] = await Promise.all(
      [1, 2, 3].map(() => Peer.connect(server.wsUrl)) as [Promise<Peer>, Promise<Peer>, Promise<Peer>],
    );
    up = await publisher.publish('busy', MEDIA);
    await publisher.status(up, ['PUBLISHING']);
    down = await viewer.play('busy', MEDIA);
    await viewer.status(down, ['PLAYING']);
  });

  afterEach(async () => {
    await Promise.all([publisher, viewer, newcomer].map((peer) => peer?.close()));
    await server?.stop();
  });

  showServerOnFailure(() => server);

  /** Asks until a player is answered like this. */
  async function playUntil(wanted: string, ms: number): Promise<StatusEvent> {
    for (const deadline = performance.now() + ms; ; await sleep(200)) {
      const id = await newcomer.play('busy', MEDIA);
      const status = await newcomer.status(id, ['PLAYING', 'FAILED']);
      if (status.status === wanted) return status;
      expect(performance.now(), `a player was ${wanted} in time`).toBeLessThan(deadline);
      if (status.status === 'PLAYING') await newcomer.stop('busy', id);
    }
  }

  it('refuses new players with a clear status while those it has go on, and serves again afterwards', async () => {
    const flood = new Flood(server.ready.mediaPorts[0]!, 20_000);
    try {
      expect(await playUntil('FAILED', 15_000)).toMatchObject({ ...REFUSED, published: false, name: 'busy' });
      await viewer.receives(down, 'video', 50);
      // Publishers have a mark of their own.
      const other = await newcomer.publish('other', MEDIA);
      expect(await newcomer.status(other, ['PUBLISHING', 'FAILED'])).toMatchObject({ status: 'PUBLISHING' });
    } finally {
      await flood.stop();
    }
    const line = await server.program.output.waitFor(
      'warning',
      ({ text }) => text.includes('refuses new players'),
      3000,
    );
    expect(line.text).toContain('media.refuseViewersAbove');
    expect(await playUntil('PLAYING', 15_000)).toMatchObject({ status: 'PLAYING' });
    await viewer.receives(down, 'video', 50);
    expect(failuresOf(viewer, down)).toEqual([]);
  });
});

function failuresOf(peer: Peer, id: string): unknown[] {
  const statuses = peer.events.items.filter(({ mediaSessionId }) => mediaSessionId === id);
  return statuses.filter(({ data }) => (data?.[0] as { status?: string } | undefined)?.status === 'FAILED');
}
