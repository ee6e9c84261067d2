import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { readProbeArguments } from '../../../src/cli/index.js';
import { playOffer, readAnswer } from '../../../src/cli/probe/offer.js';
import { connectivityCheck, reachOverTcp, reachOverUdp } from '../../../src/cli/probe/reach.js';
import { isSdpFault, parseOffer } from '../../../src/sdp/index.js';

it('reads its arguments', () => {
  const usual = { url: 'ws://localhost:8080', appKey: 'defaultApp', insecure: false, timeout: 5 };
  expect(readProbeArguments(['a'])).toEqual({ ...usual, stream: 'a' });
  const all = ['--url', 'wss://b:1', 'a', '--app-key', 'k', '--insecure', '--timeout=9'];
  expect(readProbeArguments(all)).toEqual({
    stream: 'a',
    url: 'wss://b:1',
    appKey: 'k',
    insecure: true,
    timeout: 9,
  });
});

it.each([
  [[]],
  [['']],
  [['a', 'b']],
  [['a', '--url', 'http://b']],
  [['a', '--url', 'ws://']],
  [['a', '--timeout', '0']],
  [['a', '--timeout', '1.5']],
  [['a', '--unknown']],
  [['a', '--url']],
])('refuses %j', (argv) => {
  expect(() => readProbeArguments(argv)).toThrow(/^probe: /);
});

it('makes an offer that the server can read', () => {
  const offer = parseOffer(playOffer().sdp);
  if (isSdpFault(offer)) throw new Error(JSON.stringify(offer));
  expect(offer.sections.map(({ kind }) => kind)).toEqual(['audio', 'video']);
});

it('reads codecs, credentials and candidates of an answer, each once, and nothing else', () => {
  const section = `a=ice-ufrag:ab+/\r\na=ice-pwd:secret\r\na=rtpmap:100 H264/90000\r\na=rtpmap:96 rtx/90000\r
a=candidate:1 1 udp 2130706431 192.0.2.1 31000 typ host\r\na=candidate:2 1 TCP 1 2001:db8::1 31000 typ host tcptype passive\r
a=candidate:3 1 udp 1 not-an-address 31000 typ host\r\na=candidate:4 1 udp 1 192.0.2.1 99999 typ host\r\n`;
  expect(readAnswer(section + section)).toEqual({
    codecs: ['H264', 'rtx'],
    ufrag: 'ab+/',
    password: 'secret',
    candidates: [
      { protocol: 'udp', address: '192.0.2.1', port: 31000 },
      { protocol: 'tcp', address: '2001:db8::1', port: 31000 },
    ],
  });
  expect(readAnswer('')).toEqual({ codecs: [], ufrag: '', password: '', candidates: [] });
});

/** A UDP port that answers what comes by what `answer` makes of it. */
async function udpPort(answer: (request: Buffer) => Buffer): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  socket.on('message', (request, { port, address }) => socket.send(answer(request), port, address));
  await once(socket, 'listening');
  return socket.address().port;
}

it('takes the answer to its own check alone for one', async () => {
  const check = connectivityCheck('a:b', 'secret');
  const success = (request: Buffer) => Buffer.concat([Buffer.from([1, 1, 0, 0]), request.subarray(4, 20)]);
  const good = await udpPort(success);
  expect(await reachOverUdp('127.0.0.1', good, check, 10_000)).toBeGreaterThan(0);
  for (const bad of [
    (request: Buffer) => Buffer.concat([Buffer.from([1, 0x11]), success(request).subarray(2)]),
    (request: Buffer) => success(request).fill(0, 8, 20),
    () => Buffer.alloc(1),
  ]) {
    expect(await reachOverUdp('127.0.0.1', await udpPort(bad), check, 300)).toBeNull();
  }
});

it('knows an open TCP port from a closed one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await reachOverTcp('127.0.0.1', port, 10_000)).toBeGreaterThan(0);
  await new Promise((done) => server.close(done));
  expect(await reachOverTcp('127.0.0.1', port, 10_000)).toBeNull();
});
