import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { SRTP_PROFILES } from '../../../src/native/index.js';
import { PortMux } from '../../../src/transport/index.js';
import { serverCertificate } from '../native/support/certificates.js';
import { arena, closeAll, Recorder, Scene, scene } from './support/scene.js';

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some((each) => each.family === 'IPv6'),
);

afterEach(() => closeAll());

describe('PortMux', () => {
  it('lets no noise from the right address throw or break it', () => {
    const { stage, handler, transport, peer } = scene();
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    let seed = 3;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 16;
    };
    const firsts = [0, 1, 20, 21, 22, 23, 63, 64, 128, 144, 191, 255];
    const makeNoise = () => {
      for (let count = 0; count < 600; count++) {
        const bytes = Buffer.from(Array.from({ length: 1 + (random() % 120) }, () => random() & 0xff));
        bytes[0] = firsts[count % firsts.length] as number;
        if (count % 3 === 0 && bytes.length > 13) {
          // Close enough to a record, or to RTCP, to be looked into.
          bytes.writeUInt16BE(bytes[0] < 64 ? 0xfefd : 0xc801, 1);
          bytes.writeUInt16BE(bytes.length - 13, 11);
        }
        peer.send(bytes);
        if (count % 50 === 0) stage.settle(transport);
      }
      stage.settle(transport);
    };
    peer.startDtls();
    stage.settle(transport, peer);
    makeNoise();
    expect(transport.connected).toBe(true);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.at(-1)).toMatch(/^rtp 80600001/);
    const early = stage.transport();
    const other = stage.peer();
    other.check(early.credentials, { nominate: true });
    stage.settle(early, other);
    for (let cut = 1; cut < 80; cut++) other.send(Buffer.alloc(cut, 22));
    stage.settle(early);
    expect(stage.mux.drops.dtlsMalformed).toBeGreaterThan(79);
    expect(stage.mux.size).toBe(2);
  });

  it.skipIf(!hasIpv6)('serves IPv4 peers on a dual-stack port', () => {
    const stage = new Scene(SRTP_PROFILES, 64, '::');
    const handler = new Recorder();
    const transport = stage.transport({}, handler);
    const peer = stage.peer();
    stage.connect(transport, peer);
    expect(peer.answers[0]?.mapped).toBe(`127.0.0.1:${peer.port}`);
    expect(handler.events).toEqual(['connected 1000']);
  });

  it('leaves nothing in the arena', () => {
    const used = arena.used;
    const stage = new Scene();
    for (let count = 0; count < 20; count++) {
      const transport = stage.transport();
      const peer = stage.peer();
      stage.connect(transport, peer);
      expect(transport.connected).toBe(true);
      if (count % 2 === 0) transport.close();
      closeAll(1);
    }
    closeAll();
    expect(arena.used).toBe(used);
  });

  it('leaves nothing behind when its port is taken', () => {
    const { stage } = scene();
    const used = arena.used;
    const options = { arena, agenda: stage.agenda, address: '127.0.0.1', ...serverCertificate };
    expect(() => new PortMux({ ...options, port: stage.mux.local.port })).toThrow(/EADDRINUSE/);
    expect(() => new PortMux({ ...options, port: 0, privateKey: 'x' })).toThrow(/DTLS private key/);
    expect(arena.used).toBe(used);
  });

  it('says goodbye to everybody when it closes', () => {
    const { stage, transport, peer } = scene();
    stage.connect(transport, peer);
    stage.mux.close();
    stage.mux.close();
    peer.receive(transport.credentials);
    expect(peer.dtls?.state).toBe('closed');
    expect(stage.mux.descriptor).toBe(-1);
    expect(stage.mux.buffers.receive).toBeGreaterThan(0);
  });
});
