import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { SdkPage, SdkStream, StreamOptions, StreamStats } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_640, expectGrowth } from '../support/core-case.js';
import { NAMESPACE_ADDRESS_6 } from '../support/netns.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';
import { Stage, type StageOptions, showServerOnFailure } from '../support/stage.js';
import { TurnServer } from '../support/turn-server.js';
import { UdpRelay } from '../support/udp-relay.js';

let stage: Stage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

showServerOnFailure(() => stage?.server);

async function open(options: StageOptions, launch: (stage: Stage) => Promise<Browser>) {
  stage = await Stage.open(options);
  const browser = await launch(stage);
  return { publisher: await stage.connect(browser), player: await stage.connect(browser) };
}

const inChromium = (on: Stage) => on.launchChromium();
const inFirefox = (on: Stage) => on.launchFirefox();

/** Publishes and plays, sees media flow, and tells which way both went. */
async function pathsOf(
  { publisher, player }: { publisher: SdkPage; player: SdkPage },
  name: string,
  options: StreamOptions = {},
): Promise<StreamStats['path'][]> {
  const published: SdkStream = await publisher.publishing(name, { ...CAMERA_640, ...options });
  const played = await player.playing(name, options);
  await played.firstFrame();
  const samples = await played.sample(3);
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

describe('Chromium', () => {
  it('publishes and plays over TCP when it asks for that, over UDP when it may choose', async () => {
    const pages = await open({}, inChromium);
    const port = stage!.server.ready.mediaPorts[0]!;
    const tcp = { protocol: 'tcp', address: '127.0.0.1', port };
    expect(await pathsOf(pages, 'tcp', { transport: 'TCP' })).toEqual([tcp, tcp]);
    const udp = expect.objectContaining({ protocol: 'udp' });
    expect(await pathsOf(pages, 'choice')).toEqual([udp, udp]);
  }, 60_000);

  it('falls back on TCP, at the ports that are announced, when nothing comes through over UDP', async () => {
    const silent = await silentUdpPort();
    try {
      const mediaPort = await freeMediaPorts(2);
      const tcpPort = mediaPort + 1;
      const announce = `127.0.0.1:${silent.port}/${tcpPort}`;
      const flags = ['--media-workers', '1', '--media-tcp-port', String(tcpPort)];
      const pages = await open({ mediaPort, announce, flags }, inChromium);
      const path = { protocol: 'tcp', address: '127.0.0.1', port: tcpPort };
      expect(await pathsOf(pages, 'fallback')).toEqual([path, path]);
    } finally {
      silent.close();
    }
  }, 60_000);

  it('publishes and plays over IPv6', async () => {
    const pages = await open({ host: '::1' }, inChromium);
    const path = expect.objectContaining({ protocol: 'udp', address: '::1' });
    expect(await pathsOf(pages, 'ipv6')).toEqual([path, path]);
  }, 60_000);

  it('publishes and plays where only a relay is allowed, itself reached over UDP or TCP', async () => {
    stage = await Stage.open();
    const turn = await TurnServer.start();
    try {
      const browser = await stage.launchChromium();
      const publisher = await stage.connect(browser, { mediaOptions: turn.relayOnly('udp') });
      const player = await stage.connect(browser, { mediaOptions: turn.relayOnly('tcp') });
      const path = { protocol: 'udp', address: '127.0.0.1', port: expect.any(Number) };
      expect(await pathsOf({ publisher, player }, 'relayed')).toEqual([
        { ...path, relay: 'udp' },
        { ...path, relay: 'tcp' },
      ]);
    } finally {
      await turn.close();
    }
  }, 60_000);
});

describe('Firefox', () => {
  it('publishes and plays over IPv6, and over TCP when it asks for that', async () => {
    const host = { inNamespace: true, host: '::', announce: `[${NAMESPACE_ADDRESS_6}]` };
    const pages = await open(host, inFirefox);
    for (const [protocol, options] of [
      ['udp', {}],
      ['tcp', { transport: 'TCP' }],
    ] as const) {
      const path = expect.objectContaining({ protocol, address: NAMESPACE_ADDRESS_6 });
      expect(await pathsOf(pages, protocol, options)).toEqual([path, path]);
    }
  }, 150_000);
});

describe('Chromium behind address translation', () => {
  it('is asked to show that it receives when its address changes, and goes on', async () => {
    const mediaPort = await freeMediaPorts(1);
    const relay = await UdpRelay.open(mediaPort);
    try {
      const announce = `127.0.0.1:${relay.port}`;
      const pages = await open({ mediaPort, announce, flags: ['--media-workers', '1'] }, inChromium);
      await pages.publisher.publishing('moving', CAMERA_640);
      const played = await pages.player.playing('moving');
      await played.firstFrame();
      relay.moveClients('udp');
      // Until the next check of the browser nothing is known of where it is.
      await played.sample(3);
      const samples = await played.sample(3);
      expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
      expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
      expect(relay.questions).toBeGreaterThanOrEqual(2);
    } finally {
      await stage?.close();
      stage = undefined;
      relay.close();
    }
  }, 150_000);
});

describe('an independent peer behind address translation', () => {
  it('goes on publishing and playing when its address changes, on UDP, to TCP and back', async () => {
    const mediaPort = await freeMediaPorts(1);
    const relay = await UdpRelay.open(mediaPort);
    const announce = `127.0.0.1:${relay.port}`;
    const server = await Server.start({ mediaPort, announce, flags: ['--media-workers', '1'] });
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
        await expect.poll(() => relay.stray, { timeout: 5000 }).toBeGreaterThan(strayed);
        await viewer.receives(down, 'video', 200, 20_000);
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
