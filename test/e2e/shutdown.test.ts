import { describe, expect, it, vi } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { descendants, isAlive } from '../support/processes.js';
import { Server } from '../support/server.js';
import { WcsClient } from '../support/wcs-client.js';
import { WsMediaPlayer } from '../support/ws-media-player.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

// Each has a server of its own, and mostly waits: all at once.
describe.concurrent('a server that is ended', () => {
  it.each([
    'SIGTERM',
    'SIGINT',
  ] as const)('on %s ends streams, closes sockets with 1001, exits with 0', async (signal) => {
    const server = await Server.start();
    const connect = () => Peer.connect(server.wsUrl);
    const [publisher, player] = await Promise.all([connect(), connect()]);
    const idle = await WcsClient.connect(server.wsUrl);
    try {
      const up = await publisher.publish('stopped', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await player.play('stopped', MEDIA);
      await player.status(down, ['PLAYING']);

      server.program.signal(signal);
      const exit = await server.program.exit(3000);
      expect(exit, server.program.text()).toEqual({ code: 0, signal: null });
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
      await server.stop();
    }
  });

  it('that is killed leaves no process behind, nor any of theirs', async () => {
    const server = await Server.start();
    const publisher = await Peer.connect(server.wsUrl);
    try {
      const media: PeerMedia = { ...MEDIA, video: [['H264', 96]] };
      await publisher.status(await publisher.publish('orphan', media), ['PUBLISHING']);
      // Its sound is made by ffmpeg.
      const player = await WsMediaPlayer.play(server.wsUrl, 'orphan', 'MSE');
      const processes = () => descendants(server.program.pid!);
      const makers = () => processes().filter(({ command }) => command.startsWith('ffmpeg '));
      await vi.waitFor(() => expect(makers().length).toBe(1), 10_000);
      const pids = processes().map(({ pid }) => pid);
      expect(pids).toEqual(expect.arrayContaining([...server.ready.mediaPids]));
      await server.kill();
      await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 5000);
      player.close();
    } finally {
      await publisher.close();
      await server.kill();
    }
  });
});
