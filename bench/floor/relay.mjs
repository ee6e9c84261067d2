// What `relay.c` does, in JavaScript with the server's own `src/native` and nothing else: no ICE, no RTCP, no cache, no
// counting of losses, no control process. What the server costs more than this is what it does for its clients.
//
// node relay.mjs PAUSE PUBLISHERS RATE SIZE SECONDS  ->  one line of JSON; PAUSE in microseconds. CPU time counts from the
// middle on, when V8 has compiled what there is.
import { AesGcm, Arena, Inbox, Outbox, Poller, selfTest, UdpSocket } from '../../dist/native/index.js';
import { pathOf } from '../lib/c-program.mjs';
import { startChild } from '../lib/children.mjs';

const header = 12;
const tag = 16;
const batch = 64;
const longestDatagram = 1500;
const addressFamily = 2;
const loopback = 0x7f00_0001;

const [pause, publishers, rate, size, seconds] = process.argv.slice(2).map(Number);
const arena = new Arena(64 * 2 ** 20);
selfTest(arena);
const { view, u8 } = arena;
const socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0 });
const inbox = new Inbox(arena);
const outbox = new Outbox(arena, socket);
const poller = new Poller(arena, [socket.descriptor]);
const iv = arena.require(12);
const key = arena.require(16);

/** As in `common.h`: a key is one number, repeated. */
function cipher(number, direction) {
  u8.fill(number, key, key + 16);
  return new AesGcm(arena, key, direction);
}

function socketAddress(port) {
  const address = arena.require(32);
  u8.fill(0, address, address + 32);
  view.setUint16(address, addressFamily, true);
  view.setUint16(address + 2, port, false);
  view.setUint32(address + 4, loopback, false);
  return address;
}

function writeIv(packet) {
  view.setInt16(iv, 0);
  view.setInt32(iv + 2, view.getInt32(packet + 8));
  view.setInt16(iv + 6, 0);
  view.setInt32(iv + 8, view.getUint16(packet + 2));
}

const streams = Array.from({ length: publishers }, (_, number) => ({
  opening: cipher(number, 'open'),
  sealing: cipher(number + 1, 'seal'),
  address: 0,
}));
const traffic = startChild(
  pathOf('traffic'),
  [socket.local.port, publishers, rate, size, seconds].map(String),
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
);
let written = '';
const ports = await new Promise((resolve) => {
  traffic.stdout.on('data', (text) => {
    written += text;
    if (written.includes('\n')) resolve(written.split('\n')[0].trim().split(' ').map(Number));
  });
});
streams.forEach((stream, number) => {
  stream.address = socketAddress(ports[number]);
});

const received = new Array(batch);

/** As the server does: all datagrams of a batch are opened before one is handled. */
function pass() {
  const count = inbox.receive(socket);
  for (let index = 0; index < count; index++) {
    const packet = inbox.offset(index);
    const stream = streams[view.getUint32(packet + 8)];
    const length = inbox.length(index) - header - tag;
    writeIv(packet);
    if (!stream?.opening.open(iv, packet, header, packet + header, length))
      throw new Error('a packet is not authentic');
    received[index] = stream;
  }
  for (let index = 0; index < count; index++) {
    const packet = inbox.offset(index);
    const length = inbox.length(index);
    const target = outbox.begin(longestDatagram);
    const { sealing, address } = received[index];
    u8.copyWithin(target, packet, packet + header);
    view.setUint32(target + 8, 1000 + view.getUint32(packet + 8));
    writeIv(target);
    if (!sealing.seal(iv, target, header, packet + header, target + header, length - header - tag))
      throw new Error('AES-128-GCM failed');
    outbox.commit(address, length);
  }
  outbox.flush();
  return count;
}

// Whole frames of 30 a second, as `frame_start` has them.
const expected = publishers * Math.ceil(seconds * rate);
let passed = 0;
let measured = 0;
let before = process.cpuUsage();
let idle = performance.now();
traffic.stdin.write('go');
while (passed < expected && performance.now() - idle < 1000) {
  poller.wait(100);
  poller.pause(pause / 1000);
  let count = batch;
  while (count === batch) {
    count = pass();
    passed += count;
    if (count > 0) idle = performance.now();
  }
  if (measured === 0 && passed >= expected / 2) {
    measured = passed;
    before = process.cpuUsage();
  }
}
const { user, system } = process.cpuUsage(before);
measured = passed - measured;
await new Promise((resolve) => traffic.on('close', resolve));
const { packets, received: arrived } = JSON.parse(written.trim().split('\n')[1]);
console.log(JSON.stringify({ packets, received: arrived, user: user / measured, system: system / measured }));
