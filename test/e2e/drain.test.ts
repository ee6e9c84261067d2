import { afterEach, expect, it } from 'vitest';
import { Cleanup } from '../support/cleanup.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';
import { WcsClient } from '../support/wcs-client.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function start(...flags: string[]): Promise<Server> {
  const server = await Server.start({ flags });
  cleanup.defer(() => server.stop());
  return server;
}

async function connect(server: Server): Promise<Peer> {
  const peer = await Peer.connect(server.wsUrl);
  cleanup.defer(() => peer.close());
  return peer;
}

it('a draining server keeps the streams it has, takes no new ones, and ends with the last', async () => {
  const server = await start();
  const [publisher, player] = [await connect(server), await connect(server)];
  const up = await publisher.publish('drained', MEDIA);
  await publisher.status(up, ['PUBLISHING']);
  const down = await player.play('drained', MEDIA);
  await player.receives(down, 'video', 25);

  server.program.signal('SIGUSR2');
  await server.program.output.waitFor('draining', ({ text }) => text.includes('draining:'), 5000);

  const newcomer = await WcsClient.open(server.wsUrl);
  expect(await newcomer.closed).toMatchObject({ code: 1013, reason: 'the server is draining' });
  const refused = await player.publish('new', MEDIA);
  expect((await player.status(refused, ['FAILED'])).info).toBe('The server is draining');

  // A player that was there may play on, and again.
  const again = await publisher.play('drained', MEDIA);
  await publisher.receives(again, 'video', 25);
  await player.receives(down, 'video', 100);

  await publisher.close();
  expect(await server.program.exit(10_000)).toEqual({ code: 0, signal: null });
});

it('a draining server ends when its time is up', async () => {
  const server = await start('--drain-timeout', '1000');
  const publisher = await connect(server);
  const up = await publisher.publish('too-long', MEDIA);
  await publisher.status(up, ['PUBLISHING']);
  server.program.signal('SIGUSR2');
  expect((await publisher.status(up, ['FAILED'])).info).toBe('Requested stream shutdown');
  expect(await server.program.exit(10_000)).toEqual({ code: 0, signal: null });
});

it('a server without streams ends at once when it is drained', async () => {
  const server = await start();
  const idle = await WcsClient.connect(server.wsUrl);
  server.program.signal('SIGUSR2');
  expect(await server.program.exit(5000)).toEqual({ code: 0, signal: null });
  expect((await idle.closed).code).toBe(1001);
});
