import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { SdkStream, StreamOptions, StreamStats } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_320, expectGrowth } from '../support/core-case.js';
import { NAMESPACE_ADDRESS_6 } from '../support/netns.js';
import { type Pages, useStage, withPages } from '../support/pair.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';
import { Stage, type StageOptions } from '../support/stage.js';
import { TurnServer } from '../support/turn-server.js';
import { UdpRelay } from '../support/udp-relay.js';

const ONE_PROCESS = ['--media-workers', '1'];

/** Of those who need nothing special; its browser's pages have nothing to do with each other. */
const usual = useStage({ flags: ONE_PROCESS, chromium: {} });

/** Opens a stage for one test, which is closed whatever comes of it. */
async function on(options: StageOptions, use: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await Stage.open({ flags: ONE_PROCESS, ...options });
  try {
    await use(stage);
  } catch (error) {
    console.error(`the server wrote:\n${stage.server.program.text()}`);
    throw error;
  } finally {
    await stage.close();
  }
}

async function twoPages(stage: Stage, browser: Browser): Promise<Pages> {
  const [publisher, player] = await Promise.all([stage.connect(browser), stage.connect(browser)]);
  return { publisher, player };
}

/** Publishes and plays, sees media flow, and tells which way both went. */
async function pathsOf(
  { publisher, player }: Pages,
  name: string,
  options: StreamOptions = {},
): Promise<StreamStats['path'][]> {
  const published: SdkStream = await publisher.publishing(name, { ...CAMERA_320, ...options });
  const played = await player.playing(name, options);
  await played.firstFrame();
  const samples = await played.sample(2);
  expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
  expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
  return [(await published.stats()).path, samples.at(-1)!.path];
}

/** A UDP port where nobody answers, as behind a firewall. */
async function silentUdpPort(): Promise<{ port: number; close: () => void }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

// They mostly wait: some of them at a time.
describe.concurrent('Chromium', () => {
  it('publishes and plays over TCP when it asks for that, over UDP when it may choose', async () => {
    const port = usual().server.ready.mediaPorts[0]!;
    const tcp = { protocol: 'tcp', address: '127.0.0.1', port };
    const udp = expect.objectContaining({ protocol: 'udp' });
    await withPages(usual(), usual().chromium, async (pages) => {
      expect(await pathsOf(pages, 'tcp', { transport: 'TCP' })).toEqual([tcp, tcp]);
      expect(await pathsOf(pages, 'choice')).toEqual([udp, udp]);
    });
  }, 60_000);

  it('falls back on TCP, at the ports that are announced, when nothing comes through over UDP', async () => {
    const silent = await silentUdpPort();
    try {
      const mediaPort = await freeMediaPorts(2);
      const tcpPort = mediaPort + 1;
      const announce = `127.0.0.1:${silent.port}/${tcpPort}`;
      const flags = [...ONE_PROCESS, '--media-tcp-port', String(tcpPort)];
      await on({ mediaPort, announce, flags }, async (stage) => {
        const path = { protocol: 'tcp', address: '127.0.0.1', port: tcpPort };
        expect(await pathsOf(await twoPages(stage, usual().chromium), 'fallback')).toEqual([path, path]);
      });
    } finally {
      silent.close();
    }
  }, 60_000);

  it(
    'publishes and plays over IPv6',
    () =>
      on({ host: '::1' }, async (stage) => {
        const path = expect.objectContaining({ protocol: 'udp', address: '::1' });
        expect(await pathsOf(await twoPages(stage, usual().chromium), 'ipv6')).toEqual([path, path]);
      }),
    60_000,
  );

  it('publishes and plays where only a relay is allowed, itself reached over UDP or TCP', async () => {
    const turn = await TurnServer.start();
    const { chromium } = usual();
    try {
      const publisher = await usual().connect(chromium, { mediaOptions: turn.relayOnly('udp') });
      const player = await usual().connect(chromium, { mediaOptions: turn.relayOnly('tcp') });
      const path = { protocol: 'udp', address: '127.0.0.1', port: expect.any(Number) };
      expect(await pathsOf({ publisher, player }, 'relayed')).toEqual([
        { ...path, relay: 'udp' },
        { ...path, relay: 'tcp' },
      ]);
      await Promise.all([publisher.close(), player.close()]);
    } finally {
      await turn.close();
    }
  }, 60_000);

  it('behind address translation is asked to show that it receives when its address changes, and goes on', async () => {
    const mediaPort = await freeMediaPorts(1);
    const relay = await UdpRelay.open(mediaPort);
    try {
      await on({ mediaPort, announce: `127.0.0.1:${relay.port}` }, async (stage) => {
        const { publisher, player } = await twoPages(stage, usual().chromium);
        await publisher.publishing('moving', CAMERA_320);
        const played = await player.playing('moving');
        await played.firstFrame();
        relay.moveClients('udp');
        // Until the next check of the browser nothing is known of where it is.
        await vi.waitFor(() => expect(relay.questions).toBeGreaterThanOrEqual(2), 10_000);
        await played.sample(1);
        const samples = await played.sample(2);
        expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
        expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
      });
    } finally {
      relay.close();
    }
  }, 60_000);
});

describe.concurrent('an independent peer behind address translation', () => {
  it('goes on publishing and playing when its address changes, on UDP, to TCP and back', async () => {
    const mediaPort = await freeMediaPorts(1);
    const relay = await UdpRelay.open(mediaPort);
    const announce = `127.0.0.1:${relay.port}`;
    const server = await Server.start({ mediaPort, announce, flags: ONE_PROCESS });
    const [publisher, viewer] = await Promise.all([Peer.connect(server.wsUrl), Peer.connect(server.wsUrl)]);
    try {
      const media: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
      const up = await publisher.publish('moving', media);
      await publisher.status(up, ['PUBLISHING']);
      const down = await viewer.play('moving', media);
      await viewer.receives(down, 'video', 100);
      expect(relay.size).toBe(2);
      for (const protocol of ['udp', 'tcp', 'tcp', 'udp'] as const) {
        const strayed = relay.stray;
        relay.moveClients(protocol);
        // What comes from the new address counts once a check has shown whose it is.
        await vi.waitFor(() => expect(relay.stray).toBeGreaterThan(strayed), 5000);
        await viewer.receives(down, 'video', 100, 20_000);
      }
      const statuses = [...publisher.events.items, ...viewer.events.items]
        .filter(({ message }) => message === 'notifyStreamStatusEvent')
        .map(({ data }) => (data?.[0] as { status: string }).status);
      expect(statuses).not.toContain('FAILED');
    } finally {
      await Promise.all([publisher.close(), viewer.close()]);
      await server.stop();
      relay.close();
    }
  }, 150_000);
});

describe('Firefox', () => {
  it('publishes and plays over IPv6, and over TCP when it asks for that', () => {
    const host = { inNamespace: true, host: '::', announce: `[${NAMESPACE_ADDRESS_6}]` };
    return on({ ...host, firefox: true }, async (stage) => {
      const pages = await twoPages(stage, stage.firefox);
      for (const [protocol, options] of [
        ['udp', {}],
        ['tcp', { transport: 'TCP' }],
      ] as const) {
        const path = expect.objectContaining({ protocol, address: NAMESPACE_ADDRESS_6 });
        expect(await pathsOf(pages, protocol, options)).toEqual([path, path]);
      }
    });
  }, 150_000);
});
