import { Agenda } from '../../src/kit/index.js';
import { Arena, writeSocketAddress } from '../../src/native/index.js';
import { FrameReader } from '../../src/transport/frame-reader.js';
import { PortMux, type WebRtcTransport } from '../../src/transport/index.js';
import { clientCertificate, serverCertificate } from '../../test/unit/native/support/certificates.js';
import { Digest } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { ClientSide } from './client-side.js';
import { fromHex, pieceOf } from './seeds.js';

const MAX_LENGTH = 1500;
/** Inputs that one transport takes before there is another. */
const LIFE = 64;
/** Bytes of a frame that are allowed: fewer than a port does, so that more of them fit. */
const LONGEST_FRAME = 200;

/**
 * A port with one transport, whose peer has been checked: whatever datagram comes from its address, or from a
 * stranger's, goes through the first byte's choice (RFC 7983) to STUN, DTLS or SRTP.
 */
export function demultiplexer(): FuzzTarget {
  const arena = new Arena(32 * 2 ** 20);
  const agenda = new Agenda();
  const mux = new PortMux({
    arena,
    agenda,
    address: '127.0.0.1',
    port: 0,
    ...serverCertificate,
    addresses: 64,
  });
  const client = new ClientSide(arena, clientCertificate);
  const known = arena.require(32);
  const stranger = arena.require(32);
  writeSocketAddress(arena, known, 'IPv4', '127.0.0.1', 9);
  writeSocketAddress(arena, stranger, 'IPv4', '127.0.0.2', 9);
  const slot = arena.require(2048);
  let transport: WebRtcTransport | null = null;
  let left = 0;
  let now = 1000;
  let used = 0;

  function renew(): WebRtcTransport {
    transport?.close();
    mux.flush();
    promise(used === 0 || arena.used <= used + 65_536, 'what a transport had is not given back');
    if (used === 0) used = arena.used;
    left = LIFE;
    const handler = { onConnected() {}, onRtp() {}, onRtcp() {}, onFailed: gone, onRemoteClosed: gone };
    const options = {
      remoteUfrag: 'peer',
      remotePassword: 'a password of the peer',
      remoteFingerprints: [client.fingerprint],
      dtlsRole: 'server',
    } as const;
    transport = mux.createTransport(options, handler, now);
    const length = client.writeCheck(slot, transport.credentials);
    mux.onFrame(-1, slot, length, known, now);
    return transport;
  }

  function gone(): void {
    transport = null;
  }

  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    limitMs: 250,
    seeds: () => [
      client.hello(),
      client.hello().subarray(0, 40),
      ...fromHex(
        '000100002112a442b7e7a701bc34d686fa87dfae',
        '15fefd0000000000000000000202' + '28',
        '16fefd00000000000000010002' + '0100',
        '17fefd00010000000000010010' + '00'.repeat(16),
        '14fefd000000000000000200010' + '1',
        '800f1234decafbadcafebabe' + 'ab'.repeat(40),
        '81c8000bcafebabe' + 'ab'.repeat(40),
        '40000000',
      ),
    ],
    dictionary: fromHex(
      'fefd',
      'feff',
      '16fefd0000',
      '14fefd',
      '15fefd',
      '17fefd0001',
      '2112a442',
      '0100',
      '0006',
    ),
    run(input) {
      if (transport === null || left-- === 0) renew();
      now += 1;
      for (const source of [known, stranger]) {
        arena.u8.set(input, slot);
        // The port asks for the first byte of a datagram that has one.
        if (input.length > 0) mux.onFrame(-1, slot, input.length, source, now);
        agenda.run(now);
      }
      mux.flush();
      promise(mux.size <= 1, 'a stranger has opened a transport');
    },
  };
}

/** What TCP brings, in chunks (RFC 4571): cut at once or piece by piece it is the same. */
export function tcpFrames(): FuzzTarget {
  const arena = new Arena(2 ** 20);
  const buffer = arena.require(16_384);

  /** @returns what stands for the frames */
  function cut(input: Uint8Array, chunk: number): number {
    const reader = new FrameReader(arena, LONGEST_FRAME);
    const frames = new Digest();
    for (let at = 0; at < input.length; at += chunk) {
      const rest = reader.resume(buffer);
      const part = input.subarray(at, at + chunk);
      arena.u8.set(part, rest);
      reader.take(buffer, rest + part.length);
      let length = reader.next();
      for (; length >= 0; length = reader.next()) {
        const { offset } = reader;
        promise(offset >= buffer && offset + length <= rest + part.length, 'a frame outside what came');
        frames.add(length);
        for (let byte = offset; byte < offset + length; byte++) frames.add(arena.u8[byte]!);
      }
      if (length < -1 || !reader.keep()) {
        frames.add(-1);
        break;
      }
    }
    reader.close();
    return frames.value;
  }

  return {
    kind: 'binary',
    maxLength: 1024,
    seeds: () =>
      fromHex('0004aabbccdd0000000201020003ffee', `00c8${'00'.repeat(LONGEST_FRAME)}0001aa`, '00c900'),
    run(input) {
      const used = arena.used;
      const whole = cut(input, 4096);
      promise(cut(input, pieceOf(input.length, 7)) === whole, 'other frames in other chunks');
      promise(arena.used === used, 'memory is kept');
    },
  };
}
