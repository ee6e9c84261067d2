import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Relay } from '../../../bench/link/relay.mjs';

const host = '127.0.0.1';
let relay: Relay;
let server: Socket;
let sockets: Socket[];
/** What the server got, as `text from port`. */
let seen: { text: string; port: number }[];

async function socket(): Promise<Socket> {
  const made = createSocket('udp4');
  made.bind(0, host);
  await once(made, 'listening');
  sockets.push(made);
  return made;
}

beforeEach(async () => {
  sockets = [];
  seen = [];
  server = await socket();
  server.on('message', (data, { port }) => {
    seen.push({ text: data.toString(), port });
    server.send(`re: ${data}`, port, host);
  });
  relay = await Relay.listen(1);
  relay.serve((server.address() as AddressInfo).port);
});

afterEach(() => {
  relay.close();
  for (const one of sockets) one.close();
});

/** Sends a text through the relay and returns the answer and how long it took, ms; null when none comes. */
async function ask(client: Socket, text: string): Promise<{ answer: string; ms: number } | null> {
  const answer = once(client, 'message');
  const startedAt = performance.now();
  client.send(text, relay.port, host);
  const first = await Promise.race([answer, sleep(500, null)]);
  return first && { answer: String(first[0]), ms: performance.now() - startedAt };
}

describe('Relay', () => {
  it('leads clients of a link that has a target of its own there, and those of others to the server', async () => {
    const peer = await socket();
    peer.on('message', (data, { port }) => peer.send(`peer: ${data}`, port, host));
    relay.open('direct', { up: {}, down: {} }, { host, port: (peer.address() as AddressInfo).port });
    const one = await socket();
    expect((await ask(one, 'one'))?.answer).toBe('peer: one');
    relay.open('a', { up: {}, down: {} });
    expect((await ask(await socket(), 'other'))?.answer).toBe('re: other');
    expect((await ask(one, 'again'))?.answer).toBe('peer: again');
    expect(seen.map(({ text }) => text)).toEqual(['other']);
  });

  it('relays both ways, each client through a port of its own', async () => {
    relay.open('a', { up: {}, down: {} });
    const [one, other] = [await socket(), await socket()];
    expect((await ask(one, 'one'))?.answer).toBe('re: one');
    expect((await ask(other, 'other'))?.answer).toBe('re: other');
    expect((await ask(one, 'again'))?.answer).toBe('re: again');
    expect(seen.map(({ text }) => text)).toEqual(['one', 'other', 'again']);
    expect(seen[0]?.port).toBe(seen[2]?.port);
    expect(seen[0]?.port).not.toBe(seen[1]?.port);
    expect(relay.link('a').report().up).toMatchObject({ offered: 3, delivered: 3, lost: 0 });
    expect(relay.link('a').report().down).toMatchObject({ offered: 3, delivered: 3, lost: 0 });
  });

  it('delays each direction by its own delay, not sooner', async () => {
    relay.open('a', { up: { delay: 20 }, down: { delay: 35 } });
    const result = await ask(await socket(), 'hello');
    expect(result?.ms).toBeGreaterThanOrEqual(55);
    expect(result?.ms).toBeLessThan(200);
    expect(relay.lateness.report().packets).toBe(2);
  });

  it('puts new clients behind the newest link, and leaves the others where they are', async () => {
    relay.open('dead', { up: { loss: 1 }, down: {} });
    const [one, other] = [await socket(), await socket()];
    expect(await ask(one, 'lost')).toBeNull();
    relay.open('alive', { up: {}, down: {} });
    expect((await ask(other, 'there'))?.answer).toBe('re: there');
    expect(await ask(one, 'lost')).toBeNull();
    relay.change('dead', { up: {}, down: {} });
    expect((await ask(one, 'mended'))?.answer).toBe('re: mended');
    expect(relay.link('dead').report().up).toMatchObject({ offered: 3, lost: 2, delivered: 1 });
  });

  it('cuts off the clients of a link that is removed', async () => {
    relay.open('a', { up: {}, down: {} });
    const one = await socket();
    expect(await ask(one, 'before')).not.toBeNull();
    relay.remove('a');
    expect(await ask(one, 'after')).toBeNull();
    expect(() => relay.link('a')).toThrow("there is no link 'a'");
  });
});
