import type { EventEmitter } from 'node:events';
import { setImmediate as breath } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/kit/index.js';
import { configOf, extensionsOf } from '../../support/extensions.js';
import { Attacker } from '../../support/onslaught/attacker.js';
import { Dice } from '../../support/onslaught/dice.js';
import { Ledger } from '../../support/onslaught/ledger.js';
import { WildPlane } from '../../support/onslaught/plane.js';
import { playRequest, publishRequest } from '../streams/support.js';
import { Client, startSignaling } from './support.js';

const messages = 100_000;
const attackers = 8;
/** A run with the same seed throws the same messages. */
const seed = Number(process.env.ONSLAUGHT_SEED ?? 1);
const maxMessageSize = 65_536;
const publisher = { mediaSessionId: 'bystander-pub', name: 'bystander' };
const viewer = { mediaSessionId: 'bystander-play', name: 'bystander' };
const rate = { videoRate: 1000, fps: 30, nack: 0, pli: 0, lostPackets: 0 };

test(`${messages} hostile messages (seed ${seed}) do no harm and leave nothing behind`, {
  timeout: 180_000,
}, async () => {
  const errors: string[] = [];
  const plane = new WildPlane(new Dice(seed));
  let taken = 0;
  const count = (direction: string) => {
    if (direction === 'in') taken += 1;
  };
  const { server, service, url } = await startSignaling(
    // No pings: what the bystanders get is counted. No limit of messages: all of them are to be read.
    { maxMessageSize, pingInterval: 600_000, maxMessageRate: 1_000_000, keepAliveTimeout: 1000 },
    (streams) => [
      { handlers: {}, onTraffic: (_client, direction) => count(direction) },
      ...extensionsOf(configOf({ 'webrtcMetrics.enabled': true }), streams),
    ],
    {
      streams: { plane, maxMediaSessionsPerSession: 8 },
      log: createLogger({ level: 'error', output: { write: (line) => void errors.push(line) } }),
    },
  );
  const before = resources();
  const ledger = new Ledger(service);
  const listeners = listenerCounts(service);

  const bystander = await Client.connect(url);
  bystander.send('publishStream', publishRequest(publisher));
  const answer = await bystander.next('setRemoteSDP');
  const [up] = [...plane.open];
  up?.listener.onStarted();
  const watcher = await Client.connect(url);
  watcher.send('playStream', playRequest(viewer));
  const played = [await watcher.next('notifyAudioCodec'), await watcher.next('setRemoteSDP')];
  const [, down] = [...plane.open];
  down?.listener.onStarted();
  expect([up, down]).not.toContain(undefined);

  plane.calm = false;
  let thrown = 0;
  const spared = new Set([up, down].filter((endpoint) => endpoint !== undefined));
  const targets = {
    ids: [publisher.mediaSessionId, viewer.mediaSessionId],
    names: [publisher.name],
    maxMessageSize,
  };
  const between = () => {
    thrown += 1;
    if (thrown % 8 === 0) plane.happen(spared);
    if (thrown % 10_000 === 0) up?.listener.onRate({ ...rate, fps: thrown / 10_000 });
  };
  const all = Array.from(
    { length: attackers },
    (_, index) => new Attacker(url, seed + index + 1, targets, between),
  );
  await Promise.all(all.map((attacker) => attacker.attack(messages / attackers)));

  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
  expect(ledger.faults).toEqual([]);
  expect(errors).toEqual([]);
  expect(all.reduce((sum, attacker) => sum + attacker.thrown, 0)).toBeGreaterThanOrEqual(messages);
  // The result would be worth little had only a few of them reached somebody.
  expect(taken).toBeGreaterThan(messages * 0.8);
  expect(plane.opened).toBeGreaterThan(messages / 100);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();

  plane.calm = true;
  await servesFreshClients(url, plane);

  bystander.send('availableStream', viewer);
  expect((await bystander.next('availableStream')).data).toEqual([
    { id: viewer.mediaSessionId, status: 'true' },
  ]);
  const rates = Array.from({ length: Math.floor(thrown / 10_000) }, (_, index) => index + 1);
  expect(bystander.frames).toEqual([
    userData,
    status(publisher, 'PUBLISHING', true),
    ...rates.map(inboundRate),
  ]);
  expect(watcher.frames).toEqual([userData, status(viewer, 'PLAYING', false)]);
  expect([answer, ...played].map(({ data }) => data[0])).toEqual([
    'bystander-pub',
    'bystander-play',
    'bystander-play',
  ]);

  for (const client of [bystander, watcher]) client.socket.close();
  await settled(() => size(server, 'connections') === 0 && plane.open.size + plane.opening === 0);
  const sessions = Reflect.get(server, 'sessions') as object;
  const retained = Reflect.get(sessions, 'retained') as object;
  await settled(() => size(retained, 'byToken') === 0);
  expect([size(server, 'connections'), size(sessions, 'live'), size(sessions, 'resumable')]).toEqual([
    0, 0, 0,
  ]);
  expect(size(retained, 'byToken')).toBe(0);
  expect((Reflect.get(server, 'admission') as { empty: boolean }).empty).toBe(true);
  const registry = Reflect.get(service, 'registry') as object;
  expect([size(registry, 'publications'), size(registry, 'mediaSessions')]).toEqual([0, 0]);
  expect([plane.opening, plane.open.size]).toEqual([0, 0]);
  expect(ledger.ended).toBe(ledger.begun);
  expect(listenerCounts(service)).toEqual(listeners);
  await settled(() => resources() <= before);
  expect(resources()).toBeLessThanOrEqual(before);
});

async function servesFreshClients(url: string, plane: WildPlane): Promise<void> {
  const client = await Client.connect(url);
  for (const [message, payload] of [
    ['publishStream', publishRequest({ mediaSessionId: 'fresh-pub', name: 'fresh' })],
    ['playStream', playRequest({ mediaSessionId: 'fresh-play', name: 'fresh' })],
  ] as const) {
    client.send(message, payload);
    expect((await client.next('setRemoteSDP')).data[0]).toBe(payload.mediaSessionId);
    [...plane.open].at(-1)?.listener.onStarted();
    expect((await client.next('notifyStreamStatusEvent')).data[0]).toMatchObject({
      mediaSessionId: payload.mediaSessionId,
      status: message === 'playStream' ? 'PLAYING' : 'PUBLISHING',
    });
  }
  client.socket.close();
  await client.closed;
}

const userData = { message: 'getUserData', data: [expect.objectContaining({ status: 'ESTABLISHED' })] };

function status(stream: object, status: string, published: boolean) {
  return {
    message: 'notifyStreamStatusEvent',
    data: [expect.objectContaining({ ...stream, status, published })],
  };
}

function inboundRate(fps: number) {
  const { mediaSessionId } = publisher;
  return { message: 'inboundVideoRate', data: [{ mediaSessionId, ...rate, fps, width: 0, height: 0 }] };
}

/** Timers and sockets of this process that are active. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length;
}

function listenerCounts(emitter: EventEmitter): number[] {
  return ['answer', 'status', 'videoSize', 'rate'].map((event) => emitter.listenerCount(event));
}

/** Entries of a collection that is nobody else's business. */
function size(owner: object, collection: string): number {
  return (Reflect.get(owner, collection) as { size: number }).size;
}

/** Lets the event loop turn until something holds, at most for two seconds. */
async function settled(holds: () => boolean): Promise<void> {
  for (const until = performance.now() + 2000; !holds() && performance.now() < until; ) await breath();
}
