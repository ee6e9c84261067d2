import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { connect, type Socket as TcpSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { UdpRelay } from '../support/udp-relay.js';
import { WcsClient } from '../support/wcs-client.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const LARGEST_DATAGRAM = 65_507;
const DATAGRAMS_PER_BREATH = 64;
// RFC 7983: STUN, DTLS and SRTP are told apart by the first byte; one that belongs to nobody.
const FIRST_BYTES = [0x00, 0x01, 0x16, 0x17, 0x80, 0x90, 0xff];

describe('bad input', () => {
  let server: Server | undefined;
  let witness: WcsClient;
  let pids: readonly number[];

  beforeAll(async () => {
    server = await Server.start();
    pids = server.ready.mediaPids;
    witness = await WcsClient.connect(server.wsUrl);
  });

  afterAll(async () => {
    await witness?.close();
    await server?.stop();
  });

  showServerOnFailure(() => server);

  /** The server runs on and serves the session that was there before, and a new one. */
  async function expectOthersGoOn(): Promise<void> {
    expect(await witness.isServed()).toBe(true);
    const newcomer = await WcsClient.connect(server!.wsUrl);
    expect(await newcomer.isServed()).toBe(true);
    await newcomer.close();
    for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
  }

  /** After it has said `texts`, a client is either still served or its socket was closed in an orderly way. */
  async function expectClosedOrServed(client: WcsClient, texts: readonly string[]): Promise<void> {
    for (const text of texts) client.sendText(text);
    const served = client.isServed().catch(() => false);
    const outcome = await Promise.race([client.closed, served]);
    if (outcome === false) expect((await client.closed).code).not.toBe(1006);
    await client.close();
  }

  const NO_MESSAGES = [
    'no JSON',
    '',
    '{',
    '[]',
    'null',
    '42',
    '"text"',
    '{"message":7,"data":[]}',
    '{"data":[{}]}',
    '{"message":"publishStream"}',
    '{"message":"publishStream","data":[null]}',
    '{"message":"publishStream","data":"text"}',
    '{"message":"publishStream","data":[{"mediaSessionId":{},"name":[],"sdp":1}]}',
    '{"message":"__proto__","data":[{"__proto__":{"polluted":true}}]}',
    '{"message":"constructor","data":[{}]}',
    `{"message":"connection","data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ];

  it.each(NO_MESSAGES.map((text) => [text.slice(0, 60), text]))('text %j on a session', async (_, text) => {
    await expectClosedOrServed(await WcsClient.connect(server!.wsUrl), [text]);
    await expectOthersGoOn();
  });

  it.each(NO_MESSAGES.map((text) => [text.slice(0, 60), text]))('text %j as the first', async (_, text) => {
    const client = await WcsClient.open(server!.wsUrl);
    client.sendText(text);
    await expectOthersGoOn();
    await client.close();
  });

  it('ignores a message that it does not know', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    client.send('noSuchMessage', { anything: 1 });
    expect(await client.isServed()).toBe(true);
    await client.close();
  });

  it.each([
    'publishStream',
    'playStream',
    'availableStream',
    'noSuchMessage',
    'pong',
  ])('ignores %s before connection or closes the socket', async (message) => {
    const client = await WcsClient.open(server!.wsUrl);
    client.send(message, { mediaSessionId: 'early', name: 'early', sdp: 'v=0' });
    await expectOthersGoOn();
    expect(client.messages.items).toEqual([]);
    await client.close();
  });

  const NO_OFFERS = [
    '',
    'v=0',
    'no SDP at all',
    'v=0\r\n'.repeat(5000),
    'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(500),
  ];

  it.each(
    NO_OFFERS.map((sdp) => [sdp.slice(0, 40), sdp]),
  )('fails a publisher whose SDP is %j', async (_, sdp) => {
    const mediaSessionId = `publish-${Math.random()}`;
    witness.send('publishStream', {
      mediaSessionId,
      name: mediaSessionId,
      published: true,
      mediaProvider: 'WebRTC',
      sdp,
    });
    const { first } = await witness.status(mediaSessionId, ['FAILED', 'PUBLISHING', 'UNPUBLISHED']);
    expect(first).toMatchObject({ status: 'FAILED', info: expect.stringMatching(/./) });
    await expectOthersGoOn();
  });

  it('closes a socket whose message is too long, and only this one', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    client.send('sendData', { operationId: 'x', payload: 'x'.repeat(20 * 1024 * 1024) });
    await client.closed;
    await expectOthersGoOn();
  });

  it('ignores binary frames on a session', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    client.socket.send(randomBytes(4096));
    expect(await client.isServed()).toBe(true);
    await client.close();
  });

  it('keeps a stream flowing over TCP while connections come in crowds and with garbage', async () => {
    const mediaPort = await freeMediaPorts(1);
    const relay = await UdpRelay.open(mediaPort, 'tcp');
    const flags = ['--media-workers', '1'];
    const behind = await Server.start({ mediaPort, announce: `127.0.0.1:${relay.port}`, flags });
    const [publisher, viewer] = [await Peer.connect(behind.wsUrl), await Peer.connect(behind.wsUrl)];
    const crowd: Connection[] = [];
    try {
      const up = await publisher.publish('under-fire-tcp', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await viewer.play('under-fire-tcp', MEDIA);
      await viewer.status(down, ['PLAYING']);
      for (let count = 0; count < 300; count++) crowd.push(new Connection(mediaPort, count));
      await viewer.receives(down, 'video', 50);
      await viewer.receives(down, 'audio', 50);
      // Those that say nothing have five seconds.
      await Promise.all(crowd.map(({ ended }) => ended));
      await viewer.receives(down, 'video', 50);
    } finally {
      for (const { socket } of crowd) socket.destroy();
      await Promise.all([publisher.close(), viewer.close()]);
      await behind.stop();
      relay.close();
    }
  });

  it('keeps a stream flowing while datagrams of every length and content arrive', async () => {
    const [publisher, viewer] = [await Peer.connect(server!.wsUrl), await Peer.connect(server!.wsUrl)];
    const socket = createSocket('udp4');
    try {
      const up = await publisher.publish('under-fire', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await viewer.play('under-fire', MEDIA);
      await viewer.status(down, ['PLAYING']);
      for (const port of server!.ready.mediaPorts) await fireAt(socket, port);
      await viewer.receives(down, 'video', 50);
      await viewer.receives(down, 'audio', 50);
      await expectOthersGoOn();
    } finally {
      socket.close();
      await Promise.all([publisher.close(), viewer.close()]);
    }
  });
});

/** A connection to a media port that says something wrong, or nothing. */
class Connection {
  readonly socket: TcpSocket;
  readonly ended: Promise<void>;

  constructor(port: number, kind: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.ended = new Promise((resolve) => this.socket.on('close', () => resolve()));
    this.socket.resume();
    const wrong = [
      Buffer.alloc(0),
      Buffer.from([0]),
      randomBytes(5000),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ];
    this.socket.write(wrong[kind % wrong.length] as Buffer);
  }
}

/** Sends datagrams of all lengths up to 1,500 bytes and a few longer ones, with each of the telling first bytes. */
async function fireAt(socket: Socket, port: number): Promise<void> {
  const lengths = [
    ...Array.from({ length: 1501 }, (_, length) => length),
    2047,
    2048,
    4096,
    65_000,
    LARGEST_DATAGRAM,
  ];
  for (const first of FIRST_BYTES) {
    for (let index = 0; index < lengths.length; index += DATAGRAMS_PER_BREATH) {
      const batch = lengths.slice(index, index + DATAGRAMS_PER_BREATH);
      await Promise.all(batch.map((length) => sendDatagram(socket, port, first, length)));
    }
  }
}

function sendDatagram(socket: Socket, port: number, first: number, length: number): Promise<void> {
  const datagram = randomBytes(length);
  if (length > 0) datagram[0] = first;
  // Half of the STUN messages have a header that fits their length, so that their attributes are read.
  if (first < 4 && length >= 20 && length % 2 === 0) {
    datagram.writeUInt16BE(0x0001, 0);
    datagram.writeUInt16BE(length - 20, 2);
    datagram.writeUInt32BE(0x2112a442, 4);
  }
  return new Promise((resolve, reject) => {
    socket.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
  });
}
