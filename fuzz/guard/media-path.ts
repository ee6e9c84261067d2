import { X509Certificate } from 'node:crypto';
import { Agenda } from '../../src/kit/index.js';
import { DtlsContext, masterSaltLength, SRTP_PROFILES, type SrtpProfile } from '../../src/native/index.js';
import { PortMux } from '../../src/transport/index.js';
import { SrtpReceiver } from '../../src/transport/srtp-receiver.js';
import { SrtpSender } from '../../src/transport/srtp-sender.js';
import { clientCertificate, serverCertificate } from '../../test/unit/native/support/certificates.js';
import { TestPeer } from '../../test/unit/transport/support/test-peer.js';
import { promise } from '../engine/target.js';
import { GuardedArena } from './guarded-arena.js';

/** Packets and compounds of every length, sealed and opened where the block's last byte is the last of what is sealed. */
export function sealAtTheEnd(profile: SrtpProfile): number {
  let sealed = 0;
  for (let length = 12; length <= 1472; length += length < 64 ? 1 : 37) {
    const arena = new GuardedArena(2 ** 22);
    const master = arena.require(64);
    const keys = { keyOffset: master, saltOffset: master + 16, saltLength: masterSaltLength(profile) };
    const sender = new SrtpSender(arena, profile, keys);
    const receiver = new SrtpReceiver(arena, profile, keys);
    for (const kind of ['rtp', 'rtcp'] as const) {
      const size = length + sender.room;
      const block = arena.require(size);
      // Alignment has left up to seven bytes behind.
      const at = block + ((8 - (size % 8)) % 8);
      arena.u8[at] = 0x80;
      arena.view.setUint16(at + 2, length);
      const total =
        kind === 'rtp' ? sender.sealRtp(at, 12, at + 12, length - 12, length) : sender.sealRtcp(at, length);
      promise(total > length, `${kind} of ${length} bytes is not sealed`);
      const came = arena.require(total);
      const there = came + ((8 - (total % 8)) % 8);
      arena.u8.copyWithin(there, at, at + total);
      const plain = kind === 'rtp' ? receiver.openRtp(there, total) : receiver.openRtcp(there, total);
      promise(plain === length, `${kind} of ${length} bytes is ${plain} bytes`);
      // One byte less is refused, and not looked for behind the end.
      promise(
        (kind === 'rtp' ? receiver.openRtp(there + 1, total - 1) : receiver.openRtcp(there + 1, total - 1)) <
          0,
        'torn',
      );
      sealed += 1;
    }
    sender.close();
    receiver.close();
    arena.close();
  }
  return sealed;
}

/** Connects a peer to a port over the loopback, both in guarded memory, and has batches of packets go through. */
export function portAndPeer(profile: SrtpProfile): number {
  const arena = new GuardedArena(2 ** 28);
  const agenda = new Agenda();
  const mux = new PortMux({
    ...serverCertificate,
    ...{ arena, agenda, address: '127.0.0.1', port: 0, addresses: 64, srtpProfiles: [profile] },
  });
  const context = new DtlsContext(arena, clientCertificate);
  const peer = new TestPeer(arena, context, mux.local.port);
  let received = 0;
  const transport = mux.createTransport(
    {
      remoteUfrag: 'peer',
      remotePassword: 'a password of the peer',
      remoteFingerprints: [
        { algorithm: 'sha-256', value: new X509Certificate(clientCertificate.certificate).fingerprint256 },
      ],
      dtlsRole: 'server',
    },
    {
      onConnected() {},
      onRtp(_memory, _offset, length) {
        received += length;
      },
      onRtcp() {},
      onFailed(reason, detail) {
        throw new Error(`${reason}: ${detail}`);
      },
      onRemoteClosed() {},
    },
    1,
  );
  const settle = () => {
    for (let round = 0; round < 8; round++) {
      while (mux.receive(1) > 0);
      mux.flush();
      peer.receive(transport.credentials);
    }
  };
  peer.check(transport.credentials, { nominate: true });
  settle();
  peer.startDtls();
  settle();
  promise(transport.connected, 'the peer is not connected');
  // More than a batch, each as long as a slot takes, then a row that the kernel cuts up.
  for (let index = 0; index < 150; index++) peer.sendRtp(index, new Uint8Array(1 + 12 * index));
  settle();
  for (let index = 0; index < 300; index++) {
    const size = index % 50 === 49 ? 200 : 1200;
    const at = transport.begin(size);
    arena.view.setUint16(at, 0x8060);
    arena.view.setUint16(at + 2, index);
    promise(transport.sendRtp(at, 12, at + 12, size - 12, index) > size, 'a packet is not sent');
    if (index % 100 === 99) settle();
  }
  settle();
  peer.close();
  context.close();
  mux.close();
  return received;
}

export function mediaPath(): string[] {
  return SRTP_PROFILES.map(
    (profile) => `${profile}: ${sealAtTheEnd(profile)} sealed, ${portAndPeer(profile)} bytes`,
  );
}
