import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

// One stream's life, told in steps: each begins where the one before has ended.
describe('a stream over two media processes', () => {
  const cleanup = new Cleanup();
  let server: Server | undefined;
  let publisher: Player;
  /** Players in the publisher's process, and in the other one. Load decides who is where. */
  const near: Player[] = [];
  const far: Player[] = [];

  beforeAll(async () => {
    server = await Server.start({ flags: ['--media-workers', '2', '--media-spread-above', '0'] });
    cleanup.defer(() => server!.stop());
    publisher = await publish();
  });

  afterAll(() => cleanup.run());

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

  async function publish(): Promise<Player> {
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
    (place === publisher.place ? near : far).push({ peer, id, place });
    return { peer, id, place };
  }

  /** Lets players come until there are some in both processes. */
  async function spread(): Promise<void> {
    for (let count = 0; near.length < 1 || far.length < 2; count++) {
      expect(count, 'players of one stream are in both processes').toBeLessThan(9);
      await play();
    }
  }

  it('reaches every player whole, from whichever process', async () => {
    await spread();
    const players = [...near, ...far];
    await Promise.all(players.map(({ peer, id }) => peer.receives(id, 'video', 150, 20_000)));
    const seen = await Promise.all(players.map(({ peer, id }) => peer.report(id)));
    const { sent } = await publisher.peer.report(publisher.id);
    for (const { received, rtcp } of seen) {
      expectUnbroken(sent.audio!, received.audio, AUDIO);
      expectUnbroken(sent.video!, received.video, VIDEO, CATCH_UP);
      expect(rtcp, 'sender reports').toHaveProperty('200');
    }
  });

  it('passes the wish of a player in the other process for a key frame on to the publisher', async () => {
    const { peer, id } = far[0]!;
    const before = publisher.peer.events.items.length;
    await peer.askForKeyFrame(id);
    await publisher.peer.rtcp(publisher.id, '206/1', before);
  });

  it('can be watched again in a process that all its players had left', async () => {
    for (const { peer, id } of far.splice(0)) {
      await peer.stop(STREAM, id);
      await peer.status(id, ['STOPPED']);
    }
    for (let count = 0; far.length === 0; count++) {
      expect(count, 'a player comes there again').toBeLessThan(9);
      const { peer, id } = await play();
      await peer.receives(id, 'video', 25);
    }
  });

  it('loses the players of a process that dies, and no others, and gains new ones there', async () => {
    process.kill(server!.ready.mediaPids[1 - publisher.place]!, 'SIGKILL');
    for (const { peer, id } of far.splice(0))
      expect((await peer.status(id, ['FAILED'])).info).toBe('Failed by error');
    await Promise.all(near.map(({ peer, id }) => peer.receives(id, 'video', 100)));
    for (let attempt = 0; far.length === 0; attempt++) {
      expect(attempt, 'the process is replaced').toBeLessThan(20);
      const { peer, id } = await play();
      await peer.receives(id, 'video', 25);
    }
  });

  it('ends for all players when the process of its publisher dies', async () => {
    process.kill(server!.ready.mediaPids[publisher.place]!, 'SIGKILL');
    expect((await publisher.peer.status(publisher.id, ['FAILED'])).info).toBe('Failed by error');
    const ends = (players: Player[]) =>
      Promise.all(players.map(async ({ peer, id }) => (await peer.status(id, ['FAILED'])).info));
    for (const info of await ends(near.splice(0)))
      expect(['Stopped by publisher stop', 'Failed by error']).toContain(info);
    expect(new Set(await ends(far.splice(0)))).toEqual(new Set(['Stopped by publisher stop']));
    publisher = await publish();
    const { peer, id } = await play();
    await peer.receives(id, 'video', 25);
    expect(publisher.place).toBeGreaterThanOrEqual(0);
  });

  it('stops for all, in whichever process', async () => {
    await spread();
    await publisher.peer.unpublish(STREAM, publisher.id);
    for (const { peer, id } of [...near, ...far])
      expect((await peer.status(id, ['FAILED'])).info).toBe('Stopped by publisher stop');
  });
});
