import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cleanup } from '../support/cleanup.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { CATCH_UP, expectUnbroken } from '../support/unbroken.js';

const AUDIO = 111;
const VIDEO = 96;
const MEDIA: PeerMedia = { audio: [['opus', AUDIO]], video: [['VP8', VIDEO]] };
const STREAM = 'spread';

interface Player {
  readonly peer: Peer;
  readonly id: string;
  /** Place of its media process among the server's. */
  readonly place: number;
}

describe('a stream over two media processes', () => {
  let server: Server | undefined;
  let cleanup: Cleanup;

  beforeEach(async () => {
    cleanup = new Cleanup();
    server = await Server.start({ flags: ['--media-workers', '2', '--media-spread-above', '0'] });
    cleanup.defer(() => server!.stop());
  });

  afterEach(() => cleanup.run());

  showServerOnFailure(() => server);

  async function connect(): Promise<Peer> {
    const peer = await Peer.connect(server!.wsUrl);
    cleanup.defer(() => peer.close());
    return peer;
  }

  /** Place of the media process that the server's answer leads to. */
  async function placeOf(peer: Peer, mediaSessionId: string): Promise<number> {
    const { data } = await peer.message('setRemoteSDP', mediaSessionId);
    const port = /^a=candidate:\S+ \d+ udp \d+ \S+ (\d+) /im.exec(data![1] as string)?.[1];
    return server!.ready.mediaPorts.indexOf(Number(port));
  }

  async function publish() {
    const peer = await connect();
    const id = await peer.publish(STREAM, MEDIA);
    const place = await placeOf(peer, id);
    await peer.status(id, ['PUBLISHING']);
    return { peer, id, place };
  }

  async function play(): Promise<Player> {
    const peer = await connect();
    const id = await peer.play(STREAM, MEDIA);
    const place = await placeOf(peer, id);
    await peer.status(id, ['PLAYING']);
    return { peer, id, place };
  }

  /** A publisher and players in both processes: in its own (`near`) and in the other. Load decides who is where. */
  async function spread() {
    const publisher = await publish();
    const near: Player[] = [];
    const far: Player[] = [];
    while (near.length < 1 || far.length < 2) {
      const player = await play();
      (player.place === publisher.place ? near : far).push(player);
      expect(near.length + far.length, 'players of one stream are in both processes').toBeLessThan(9);
    }
    return { publisher, players: [...near, ...far], near, far };
  }

  it('reaches every player whole, from whichever process, and stops for all', async () => {
    const { publisher, players } = await spread();
    await Promise.all(players.map(({ peer, id }) => peer.receives(id, 'video', 150, 20_000)));
    const seen = await Promise.all(players.map(({ peer, id }) => peer.report(id)));
    const { sent } = await publisher.peer.report(publisher.id);
    for (const { received, rtcp } of seen) {
      expectUnbroken(sent.audio!, received.audio, AUDIO);
      expectUnbroken(sent.video!, received.video, VIDEO, CATCH_UP);
      expect(rtcp, 'sender reports').toHaveProperty('200');
    }
    await publisher.peer.unpublish(STREAM, publisher.id);
    for (const { peer, id } of players)
      expect((await peer.status(id, ['FAILED'])).info).toBe('Stopped by publisher stop');
  });

  it('passes the wish of a player in the other process for a key frame on to the publisher', async () => {
    const { publisher, far } = await spread();
    const { peer, id } = far[0]!;
    await peer.receives(id, 'video', 75);
    const before = publisher.peer.events.items.length;
    await peer.askForKeyFrame(id);
    await publisher.peer.rtcp(publisher.id, '206/1', before);
  });

  it('can be watched again in a process that all its players had left', async () => {
    const { far } = await spread();
    for (const { peer, id } of far) {
      await peer.stop(STREAM, id);
      await peer.status(id, ['STOPPED']);
    }
    for (let count = 0; ; count++) {
      expect(count, 'a player comes there again').toBeLessThan(9);
      const { peer, id, place } = await play();
      await peer.receives(id, 'video', 25);
      if (place === far[0]!.place) break;
    }
  });

  it('loses the players of a process that dies, and no others, and gains new ones there', async () => {
    const { publisher, near, far } = await spread();
    process.kill(server!.ready.mediaPids[1 - publisher.place]!, 'SIGKILL');
    for (const { peer, id } of far) expect((await peer.status(id, ['FAILED'])).info).toBe('Failed by error');
    for (const { peer, id } of near) await peer.receives(id, 'video', 100);
    for (let attempt = 0; ; attempt++) {
      expect(attempt, 'the process is replaced').toBeLessThan(20);
      const player = await play();
      await player.peer.receives(player.id, 'video', 25);
      if (player.place !== publisher.place) break;
    }
  });

  it('ends for all players when the process of its publisher dies', async () => {
    const { publisher, players } = await spread();
    process.kill(server!.ready.mediaPids[publisher.place]!, 'SIGKILL');
    expect((await publisher.peer.status(publisher.id, ['FAILED'])).info).toBe('Failed by error');
    const ends = await Promise.all(players.map(({ peer, id }) => peer.status(id, ['FAILED'])));
    for (const [index, { info }] of ends.entries()) {
      const allowed = ['Stopped by publisher stop'];
      if (players[index]!.place === publisher.place) allowed.push('Failed by error');
      expect(allowed).toContain(info);
    }
    const again = await publish();
    const player = await play();
    await player.peer.receives(player.id, 'video', 25);
    expect(again.place).toBeGreaterThanOrEqual(0);
  });
});
