import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Bystander } from '../support/bystander.js';
import { bindingRequest, clientHello, IceClient, Sender } from '../support/ice-client.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { UdpRelay } from '../support/udp-relay.js';
import { WcsClient } from '../support/wcs-client.js';

const BURST = 32;
const CONNECTION_TIMEOUT = 3000;
const EVIL = 'https://evil.example';

let server: Server | undefined;
let relay: UdpRelay;
let bystander: Bystander;
/** Somebody who has been let in, with a transport that waits for its handshake. */
let insider: IceClient;
let loris: Promise<string>[];
const begun: Socket[] = [];

/** A connection that says `text` and nothing more, until it is closed. @returns what was said to it */
function slowly(url: string, text: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  begun.push(socket);
  socket.write(text);
  let said = '';
  socket.setEncoding('latin1').on('data', (data) => {
    said += data;
  });
  socket.on('error', () => {});
  return new Promise((resolve) => socket.on('close', () => resolve(said)));
}

beforeAll(async () => {
  const mediaPort = await freeMediaPorts(1);
  relay = await UdpRelay.open(mediaPort);
  // The bystanders' way leads past somebody who listens; attackers know the port itself.
  const flags = ['--media-workers', '1', '--signaling-connection-timeout', String(CONNECTION_TIMEOUT)];
  // The insider never ends his handshake.
  flags.push('--signaling-max-pending-per-address', '50', '--media-ice-timeout', '300000');
  server = await Server.start({ mediaPort, announce: `127.0.0.1:${relay.port}`, flags });
  bystander = await Bystander.start(server.wsUrl);
  insider = await IceClient.open(server.wsUrl, 'insider');
  const upgrade = `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n`;
  const { wsUrl, wssUrl = '', httpsUrl = '' } = server.ready;
  const tls = Buffer.from('160301020001', 'hex');
  loris = Array.from({ length: 20 }, () => [
    slowly(wsUrl, 'GET / HTTP/1.1\r\nHost: x\r\nX-'),
    slowly(wsUrl, upgrade),
    slowly(wsUrl, Buffer.concat([Buffer.from(`${upgrade}\r\n`), Buffer.from('81fe', 'hex')])),
    slowly(wssUrl, tls),
    slowly(httpsUrl, tls),
    slowly(server!.httpUrl, 'POST /rest-api/stream/find HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n'),
  ]).flat();
}, 120_000);

afterAll(async () => {
  for (const socket of begun) socket.destroy();
  await insider?.close();
  await bystander?.close();
  await server?.stop();
  relay?.close();
});

afterEach(() => bystander.expectUndisturbed());

showServerOnFailure(() => server);

/** Sends bursts as fast as the server reads them: behind each one an insider's check has to be answered. */
async function fire(port: number, times: number, burst: () => Buffer[]): Promise<Sender> {
  const [stranger, pace] = [new Sender(port), new Sender(port)];
  for (let time = 0; time < times; time++) {
    await stranger.send(burst());
    await pace.ask(insider.check());
  }
  await pace.close();
  return stranger;
}

const mediaPort = () => server!.ready.mediaPorts[0]!;
/** Of the media process, bytes. */
function memory(): number {
  const status = readFileSync(`/proc/${server!.ready.mediaPids[0]}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

describe('on the media port', () => {
  it('strangers get not a byte for anything, and nothing is kept of them', async () => {
    const unknown = `${'A'.repeat(8)}:abus`;
    const strange = () => [
      bindingRequest({}),
      bindingRequest({ username: unknown, password: 'x'.repeat(24) }),
      bindingRequest({ username: 'x'.repeat(500) }),
      insider.check({ password: 'x'.repeat(24) }),
      insider.check({ username: `${insider.ufrag}:else` }),
      clientHello(),
      // TURN allocate, binding success, SRTP, SRTCP.
      Buffer.concat([Buffer.from('000300002112a442', 'hex'), randomBytes(12)]),
      Buffer.concat([Buffer.from('010100002112a442', 'hex'), randomBytes(12)]),
      Buffer.concat([Buffer.from([0x80, 96]), randomBytes(200)]),
      Buffer.concat([Buffer.from([0x80, 200]), randomBytes(200)]),
    ];
    const burst = () => [...strange(), ...strange(), ...strange()];
    await (await fire(mediaPort(), 20, burst)).close();
    const before = memory();
    const senders: Sender[] = [];
    for (let count = 0; count < 10; count++) senders.push(await fire(mediaPort(), 15, burst));
    const ledgers = senders.map(({ ledger }) => ledger);
    await Promise.all(senders.map((sender) => sender.close()));
    expect(ledgers.map(({ came }) => came)).toEqual(ledgers.map(() => ({ stun: 0, dtls: 0, srtp: 0 })));
    expect(ledgers.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(400_000);
    expect(memory() - before).toBeLessThan(8 * 2 ** 20);
  });

  it('who has been let in gets one handshake for any number of ClientHellos, and no longer answer than his check', async () => {
    const sender = new Sender(mediaPort());
    const check = insider.check();
    await sender.ask(check);
    expect(sender.ledger.came.stun).toBeLessThanOrEqual(check.length);
    for (let time = 0; time < 60; time++) {
      await sender.send(Array.from({ length: BURST }, clientHello));
      await sender.ask(insider.check());
    }
    const { came, sent } = sender.ledger;
    await sender.close();
    expect(came.dtls).toBeGreaterThan(0);
    // A flight, repeated by its timer alone, for what came 1,920 times.
    expect(came.dtls).toBeLessThan(24_000);
    expect(came.dtls).toBeLessThan(sent / 8);
  });

  it('what was overheard on the way, sent again from there and from elsewhere, changes nothing', async () => {
    await bystander.expectUndisturbed();
    const overheard = relay.repeat();
    const kinds = new Set(
      overheard.map((datagram) => (datagram[0]! < 4 ? 'stun' : datagram[0]! < 64 ? 'dtls' : 'srtp')),
    );
    expect(kinds).toContain('srtp');
    expect(kinds).toContain('stun');
    const checks = overheard.filter((datagram) => datagram[0]! < 4);
    const thief = await fire(mediaPort(), 1, () => overheard);
    for (let time = 0; time < 5; time++) {
      await thief.send(checks.slice(-2));
      await bystander.expectUndisturbed();
    }
    const { came, longest } = thief.ledger;
    await thief.close();
    // The checks are authentic, so they are answered; media is not led there.
    expect([came.srtp, came.dtls]).toEqual([0, 0]);
    expect(longest).toBeLessThanOrEqual(120);
  });

  it('a publisher with the SSRCs of another one has a stream of its own', async () => {
    const twin = await Bystander.start(server!.wsUrl, 'twin');
    try {
      await twin.expectUndisturbed();
      await twin.expectUnbroken();
    } finally {
      await twin.close();
    }
  });
});

describe('on the signalling port', () => {
  it('takes a page of any origin as a client like others, who has no say over streams of others', async () => {
    const socket = new WebSocket(server!.wsUrl, { origin: EVIL });
    await new Promise((resolve) => socket.on('open', resolve));
    socket.close();
    const client = await WcsClient.connect(server!.wsUrl);
    const { stream, up, down } = { stream: Bystander.stream, up: bystander.up, down: bystander.down };
    for (const [message, mediaSessionId] of [
      ['unPublishStream', up],
      ['stopStream', down],
      ['sendStreamEvent', up],
      ['muteAudio', up],
    ] as const)
      client.send(message, {
        mediaSessionId,
        name: stream,
        published: true,
        type: 'audioMuted',
        payload: null,
      });
    client.send('publishStream', { mediaSessionId: 'thief', name: stream, published: true, sdp: '' });
    await client.status('thief', ['FAILED']);
    expect(await client.isServed()).toBe(true);
    await client.close();
  });

  it('closes who floods it with messages, or opens sockets beyond number', async () => {
    const flooders = await Promise.all(Array.from({ length: 8 }, () => WcsClient.connect(server!.wsUrl)));
    for (const flooder of flooders)
      for (let count = 0; count < 400; count++)
        flooder.send('availableStream', { mediaSessionId: 'q', name: 'x' });
    const codes = await Promise.all(flooders.map(({ closed }) => closed));
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set([1008]));
    const crowd = await Promise.all(Array.from({ length: 260 }, () => WcsClient.open(server!.wsUrl)));
    const codesOf = new Set((await Promise.all(crowd.map(({ closed }) => closed))).map(({ code }) => code));
    // Too many at the same time, and those who were let in and said nothing.
    expect(codesOf).toEqual(new Set([1013, 1008]));
  });

  it('agrees on no compression, and closes who compresses all the same', async () => {
    const socket = new WebSocket(server!.wsUrl, { perMessageDeflate: true });
    await new Promise((resolve) => socket.on('open', resolve));
    expect(socket.extensions).toBe('');
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    // A masked text frame with RSV1 (RFC 7692 section 6).
    (socket as unknown as { _socket: Socket })._socket.write(Buffer.from('c18100000000ab', 'hex'));
    expect(await closed).toBe(1002);
  });

  it('writes names from the network into its log as text of one line', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    const name = 'x\r\n{"level":"fatal","msg":"forged"}\n\u001b[2J\u009b2J\u2028';
    client.send('publishStream', { mediaSessionId: name, name, published: true, sdp: 'v=0' });
    await client.status(name, ['FAILED']);
    client.send('connection', { appKey: name, custom: { token: name } });
    expect(await client.isServed()).toBe(true);
    await client.close();
    const lines = server!.program.text('stderr').split('\n').filter(Boolean);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(lines.filter((line) => (JSON.parse(line) as { level: string }).level === 'fatal')).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
    expect(server!.program.text('stderr')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('on the HTTP port', () => {
  /** Says `request` and reads until the server closes. @returns the status lines */
  const raw = async (request: string) =>
    [...(await slowly(server!.httpUrl, request)).matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
  const end = 'POST /rest-api/stream/terminate';
  const body = JSON.stringify({ name: Bystander.stream });

  it('no page of another origin ends a stream', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${server!.httpUrl}/rest-api/stream/terminate`, { method: 'POST', body, headers });
    const simple = { 'content-type': 'text/plain' };
    const json = { 'content-type': 'application/json' };
    expect((await ask({ ...simple, origin: EVIL })).status).toBe(403);
    expect((await ask({ ...json, origin: EVIL })).status).toBe(403);
    expect((await ask({ ...json, origin: 'null' })).status).toBe(403);
    expect((await ask({ ...simple, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask(simple)).status).toBe(415);
    // A name that its owner has point here (DNS rebinding): page and request are of one origin.
    const rebound = `Host: evil.example\r\nOrigin: http://evil.example\r\nContent-Type: application/json\r\n`;
    const length = `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    expect(await raw(`${end} HTTP/1.1\r\n${rebound}${length}${body}`)).toEqual(['403']);
  });

  it('takes no compressed body', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const bomb = gzipSync(JSON.stringify({ name: 'x'.repeat(2 ** 24) }), { level: 9 });
    const url = `${server!.httpUrl}/rest-api/stream/find`;
    for (const sent of [bomb, gzipSync(JSON.stringify({ name: 'x' }))]) {
      const { status } = await fetch(url, { method: 'POST', body: sent, headers });
      expect([400, 413, 415]).toContain(status);
    }
  });

  const inner = `${end} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  it.each([
    ['both lengths', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`],
    ['a list of lengths', `Content-Length: 0, ${inner.length}\r\n\r\n${inner}`],
    ['a blank before the colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a coding that is none', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a bare line feed', `X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a chunk of no size', `Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n${inner}`],
    ['a folded line', `X: y\r\n Transfer-Encoding: chunked\r\n\r\n${inner}`],
  ])('a request with %s smuggles no other one in', async (_what, rest) => {
    const statuses = await raw(`POST /health HTTP/1.1\r\nHost: localhost\r\n${rest}`);
    expect(statuses).toEqual(['400']);
  });
});

describe('in the end', () => {
  it('connections that say nothing have been closed everywhere', async () => {
    const said = await Promise.all(loris);
    expect(said).toHaveLength(120);
    expect(said.filter((text) => /HTTP\/1\.1 2/.test(text))).toEqual([]);
  }, 30_000);

  it('the bystanders have lost nothing', async () => {
    await bystander.expectUnbroken();
  });
});
