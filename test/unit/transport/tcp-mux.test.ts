import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BindFault, Poller } from '../../../src/native/index.js';
import { PortMux } from '../../../src/transport/index.js';
import { serverCertificate } from '../native/support/certificates.js';
import { withoutDescriptors } from './support/descriptors.js';
import { arena, closeAll, closers, Recorder, Scene, scene, tcpScene } from './support/scene.js';
import { TcpLink } from './support/tcp-link.js';

afterEach(() => closeAll());

const SRTP = Buffer.concat([Buffer.from([0x80, 96]), Buffer.alloc(60)]);

/** A connection of somebody the server does not know. */
function stranger(stage: Scene, from?: string): TcpLink {
  const link = new TcpLink(stage.tcpPort, from ? { from } : {});
  closers.push(() => link.close());
  return link;
}

function isOver(link: TcpLink): boolean {
  link.receive();
  return link.ended;
}

describe('a transport over TCP', () => {
  it('listens on the number of the UDP port, and answers a check with where it came from', () => {
    const { stage, transport, peer } = tcpScene();
    expect(stage.tcpPort).toBe(stage.mux.local.port);
    peer.check(transport.credentials, { nominate: true });
    stage.settle(transport, peer);
    expect(peer.answers).toMatchObject([
      { authentic: true, mapped: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    ]);
    expect(peer.answers[0]?.mapped).not.toBe(`127.0.0.1:${peer.port}`);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 1, received: 1, queued: 1, queuedBytes: 64 });
    expect(stage.mux.stats.sent.datagrams).toBe(0);
  });

  it('shakes hands and carries packets both ways', () => {
    const { stage, handler, transport, peer } = tcpScene();
    stage.connect(transport, peer);
    expect(handler.events).toEqual(['connected 1000']);
    const mapped = /^127\.0\.0\.1:(\d+)$/.exec(peer.answers[0]?.mapped ?? '');
    expect(transport.path()).toMatchObject({ protocol: 'tcp', port: Number(mapped?.[1]) });
    for (let index = 1; index <= 40; index++) peer.sendRtp(index, Buffer.from([index]));
    stage.settle(transport, peer);
    expect(handler.events).toHaveLength(41);
    expect(handler.events[40]).toMatch(/^rtp 80600028.*28 1000$/);
    for (let index = 1; index <= 40; index++) {
      const at = transport.begin(13);
      arena.view.setUint32(at, 0x8060_0000 + index);
      arena.view.setUint32(at + 4, 0);
      arena.view.setUint32(at + 8, 7);
      arena.u8[at + 12] = index;
      transport.sendRtp(at, 12, at + 12, 1, index);
    }
    stage.mux.flush();
    peer.receive(transport.credentials);
    expect(peer.packets).toEqual(
      Array.from({ length: 40 }, (_, index) => {
        const hex = (index + 1).toString(16).padStart(2, '0');
        return `806000${hex}0000000000000007${hex}`;
      }),
    );
    expect(stage.mux.stats.sent.datagrams).toBe(0);
  });

  it('says goodbye when it closes, and closes the connection', () => {
    const { stage, transport, peer, link } = tcpScene();
    stage.connect(transport, peer);
    transport.close();
    peer.receive(transport.credentials);
    expect(peer.dtls?.state).toBe('closed');
    expect(isOver(link)).toBe(true);
    expect(stage.mux.stats.tcp?.open).toBe(0);
  });

  it('takes requests that come a byte at a time', () => {
    const { stage, transport, peer, link } = tcpScene();
    const write = link.write.bind(link);
    link.write = (bytes) => {
      for (const byte of bytes) {
        write(Buffer.from([byte]));
        stage.mux.receiveTcp(stage.now);
      }
    };
    stage.connect(transport, peer);
    expect(transport.connected).toBe(true);
  });

  it('drops whole packets for a slow reader, keeps no more than it may, and goes on when it reads again', () => {
    const { stage, transport, peer } = tcpScene(new Recorder(), { queue: 20_000 });
    const link = peer.connectTcp(stage.tcpPort, { receiveBuffer: 4096 });
    stage.connect(transport, peer);
    const payload = 1000;
    const sent = 3000;
    const before = arena.used;
    for (let index = 0; index < sent; index++) {
      const at = transport.begin(12 + payload);
      arena.view.setUint32(at, 0x8060_0000 + index);
      arena.view.setUint32(at + 8, 7);
      transport.sendRtp(at, 12, at + 12, payload, index);
      if (index % 10 === 0) stage.mux.flush();
    }
    const { congested = 0, queued = 0 } = stage.mux.stats.tcp ?? {};
    expect(congested).toBeGreaterThan(1000);
    expect(arena.used - before).toBeLessThanOrEqual(32_768);
    for (let round = 0; round < 10_000 && peer.packets.length < sent - congested; round++) {
      stage.mux.receiveTcp(stage.now);
      peer.receive(transport.credentials);
    }
    expect(peer.packets).toHaveLength(sent - congested);
    expect(peer.packets.every((packet) => packet.length === 2 * (12 + payload))).toBe(true);
    expect(queued).toBeGreaterThanOrEqual(sent - congested);
    expect(arena.used).toBe(before);
    expect(link.ended).toBe(false);
  });

  it('ends with the connection only when nothing else comes', () => {
    const { stage, handler, transport, peer, link } = tcpScene();
    stage.connect(transport, peer);
    link.write(Buffer.from('ffff', 'hex'));
    stage.settle(transport);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 0, broken: 1 });
    expect(transport.begin(100)).toBe(-1);
    stage.advance(7999);
    expect(handler.events).toEqual(['connected 1000']);
    stage.advance(1);
    expect(handler.events.at(-1)).toMatch(/^ice-keep-alive/);
  });

  it('ignores empty frames', () => {
    const { stage, handler, transport, peer, link } = tcpScene();
    stage.connect(transport, peer);
    link.write(Buffer.alloc(10));
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    expect(handler.events.at(-1)).toMatch(/^rtp/);
  });
});

describe('strangers on TCP', () => {
  it.each([
    ['garbage', Buffer.alloc(300, 0x47)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['TLS', Buffer.from('160301020001', 'hex')],
    ['an empty frame', Buffer.alloc(2)],
    ['SRTP', TcpLink.frame(SRTP)],
    ['a first frame longer than any check', Buffer.from('0401', 'hex')],
    ['malformed STUN', TcpLink.frame(Buffer.from('0001000000000000', 'hex'))],
  ])('are put out for %s', (_, bytes) => {
    const { stage, transport } = tcpScene();
    const link = stranger(stage);
    link.write(bytes);
    stage.settle(transport);
    expect(isOver(link)).toBe(true);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 1, strangers: 1 });
  });

  it('are put out for a check with another password or for nobody', () => {
    for (const [option, drop] of [
      [{ password: 'x'.repeat(24) }, 'stunIntegrity'],
      [{ username: 'unknown!:peer' }, 'stunUnknownUfrag'],
    ] as const) {
      const { stage, transport, peer, link } = tcpScene();
      peer.check(transport.credentials, option);
      stage.settle(transport, peer);
      expect(peer.answers).toEqual([]);
      expect(isOver(link)).toBe(true);
      expect(stage.mux.drops[drop]).toBe(1);
      expect(stage.mux.stats.tcp).toMatchObject({ open: 0, strangers: 1 });
    }
  });

  it('have five seconds, with half a frame or with nothing, and leave nothing behind', () => {
    const { stage, transport, peer } = tcpScene();
    stage.connect(transport, peer);
    const before = arena.used;
    const [silent, half] = [stranger(stage), stranger(stage)];
    half.write(Buffer.from('00400001', 'hex'));
    stage.settle(transport);
    expect(arena.used).toBeGreaterThan(before);
    stage.advance(4999);
    peer.check(transport.credentials);
    stage.settle(transport, peer);
    expect([isOver(silent), isOver(half)]).toEqual([false, false]);
    stage.advance(1);
    expect([isOver(silent), isOver(half)]).toEqual([true, true]);
    expect(arena.used).toBe(before);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 1, strangers: 2 });
    expect(transport.connected).toBe(true);
  });

  it('are limited to a number for each address', () => {
    const stage = new Scene(undefined, 64, '127.0.0.1', { port: 0, strangersPerNetwork: 3 });
    const links = Array.from({ length: 5 }, () => stranger(stage, '127.0.0.2'));
    const other = stranger(stage, '127.0.0.3');
    stage.mux.receiveTcp(stage.now);
    expect(links.map(isOver)).toEqual([false, false, false, true, true]);
    expect(isOver(other)).toBe(false);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 4, accepted: 6, refused: 2 });
    stage.advance(5000);
    const again = stranger(stage, '127.0.0.2');
    stage.mux.receiveTcp(stage.now);
    expect(isOver(again)).toBe(false);
  });

  it('make room for others, the oldest first, and never take the place of a peer', () => {
    const stage = new Scene(undefined, 64, '127.0.0.1', { port: 0, connections: 8 });
    const transports = Array.from({ length: 7 }, () => {
      const transport = stage.transport();
      const peer = stage.peer();
      peer.connectTcp(stage.tcpPort);
      peer.check(transport.credentials);
      stage.settle(transport, peer);
      expect(peer.answers).toHaveLength(1);
      return transport;
    });
    const flood = Array.from({ length: 30 }, (_, index) => stranger(stage, `127.0.1.${index + 1}`));
    stage.mux.receiveTcp(stage.now);
    expect(flood.map(isOver)).toEqual([...Array(29).fill(true), false]);
    const late = stage.transport();
    const peer = stage.peer();
    peer.connectTcp(stage.tcpPort);
    peer.check(late.credentials);
    stage.settle(late, peer);
    expect(peer.answers).toHaveLength(1);
    expect(stage.mux.stats.tcp?.open).toBe(8);
    const refused = stranger(stage);
    stage.mux.receiveTcp(stage.now);
    expect(isOver(refused)).toBe(true);
    transports[0]?.close();
    stage.mux.receiveTcp(stage.now);
    expect(stage.mux.stats.tcp?.open).toBe(7);
  });
});

describe('the TCP port', () => {
  it('that is taken is a fault that names it, and leaves nothing behind', async () => {
    const { stage } = scene();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    closers.push(() => taken.close());
    const { port } = taken.address() as { port: number };
    const used = arena.used;
    const options = { arena, agenda: stage.agenda, address: '127.0.0.1', port: 0, ...serverCertificate };
    const attempt = () => new PortMux({ ...options, tcp: { port } });
    expect(attempt).toThrow(BindFault);
    expect(attempt).toThrow(expect.objectContaining({ code: 'EADDRINUSE', protocol: 'TCP', port }));
    expect(arena.used).toBe(used);
  });

  it('leaves nothing in the arena when it closes with connections', () => {
    const used = arena.used;
    const { stage, transport, peer } = tcpScene();
    stage.connect(transport, peer);
    stranger(stage).write(Buffer.from([0]));
    stage.settle(transport);
    closeAll();
    stage.mux.close();
    expect(arena.used).toBe(used);
    expect([stage.mux.tcpDescriptor, stage.agenda.size]).toEqual([-1, 0]);
  });

  it('looks away for a second when the system has no descriptor for a connection', () => {
    const { stage, transport, peer } = tcpScene();
    stage.connect(transport, peer);
    const link = stranger(stage);
    withoutDescriptors(() => {
      stage.mux.receiveTcp(stage.now);
      expect(stage.mux.stats.tcp).toMatchObject({ open: 1, accepted: 1 });
      stage.mux.receiveTcp(stage.now);
    });
    const poller = new Poller(arena, [stage.mux.tcpDescriptor]);
    closers.push(() => poller.close());
    expect(poller.wait(0)).toBe(0);
    peer.sendRtp(1, Buffer.from('01', 'hex'));
    stage.settle(transport, peer);
    stage.advance(999);
    stage.mux.receiveTcp(stage.now);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 1, accepted: 1 });
    stage.advance(1);
    expect(poller.wait(0)).toBe(1);
    stage.mux.receiveTcp(stage.now);
    expect(stage.mux.stats.tcp).toMatchObject({ open: 2, accepted: 2 });
    expect(isOver(link)).toBe(false);
  });

  it('is none unless it is asked for', () => {
    const { stage } = scene();
    expect([stage.mux.tcpLocal, stage.mux.tcpDescriptor, stage.mux.stats.tcp]).toEqual([null, -1, null]);
    stage.mux.receiveTcp(0);
  });
});
