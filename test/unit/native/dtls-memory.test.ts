import { expect, it } from 'vitest';
import { Dtls, DtlsContext } from '../../../src/native/index.js';
import { clientCertificate, serverCertificate } from './support/certificates.js';
import { carryOver, shakeHands } from './support/dtls.js';
import { testArena } from './support/memory.js';

it('leaves nothing behind after 2,000 handshakes', () => {
  const arena = testArena();
  const packet = arena.require(2048);
  const server = new DtlsContext(arena, serverCertificate);
  const client = new DtlsContext(arena, clientCertificate);
  let connected = 0;
  const connectAndPart = () => {
    const [ours, theirs] = [new Dtls(server, 'server'), new Dtls(client, 'client')];
    shakeHands(arena, packet, ours, theirs);
    if (ours.state === 'connected') connected++;
    theirs.shutdown();
    carryOver(arena, packet, theirs, ours);
    ours.close();
    theirs.close();
  };
  for (let count = 0; count < 200; count++) connectAndPart();
  const used = arena.used;
  const before = process.memoryUsage.rss();
  for (let count = 0; count < 2000; count++) connectAndPart();
  expect(process.memoryUsage.rss() - before).toBeLessThan(8 * 2 ** 20);
  expect(arena.used).toBe(used);
  // A machine that stands still for longer than OpenSSL's timer may leave one unfinished.
  expect(connected).toBeGreaterThan(2190);
  server.close();
  client.close();
}, 30_000);
