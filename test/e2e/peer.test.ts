import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Peer, type PeerMedia, type PeerReport } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { UdpRelay } from '../support/udp-relay.js';
import { CATCH_UP, expectUnbroken } from '../support/unbroken.js';

const PROFILES = [
  { flag: 'AEAD_AES_128_GCM', negotiated: 'SRTP_AEAD_AES_128_GCM' },
  { flag: 'AES128_CM_SHA1_80', negotiated: 'SRTP_AES128_CM_SHA1_80' },
] as const;

const CODECS = ['VP8', 'H264'] as const;
const VIEWER_AUDIO = 109;
const VIEWER_VIDEO = { VP8: 120, H264: 126 } as const;

interface Pair {
  readonly publisher: Peer;
  readonly viewer: Peer;
}

async function pairOn({ wsUrl }: Server): Promise<Pair> {
  const [publisher, viewer] = await Promise.all([Peer.connect(wsUrl), Peer.connect(wsUrl)]);
  return { publisher, viewer };
}

async function closePair(pair: Pair | undefined): Promise<void> {
  await Promise.all([pair?.publisher.close(), pair?.viewer.close()]);
}

// Each has a stream of its own, and mostly waits for its packets: some of them at a time.
describe.each(PROFILES)('an independent WebRTC peer with $flag', ({ flag, negotiated }) => {
  let server: Server | undefined;
  let peers: Pair;

  beforeAll(async () => {
    server = await Server.start({ flags: ['--media-workers', '1', '--media-srtp-profiles', flag] });
    peers = await pairOn(server);
  });

  afterAll(async () => {
    await closePair(peers);
    await server?.stop();
  });

  showServerOnFailure(() => server);

  async function exchange(
    name: string,
    offered: PeerMedia,
    viewed: PeerMedia,
    packets: number,
    { publisher, viewer } = peers,
  ) {
    const up = await publisher.publish(name, offered);
    await publisher.status(up, ['PUBLISHING']);
    const down = await viewer.play(name, viewed);
    await viewer.status(down, ['PLAYING']);
    for (const kind of ['audio', 'video'] as const) {
      if (viewed[kind]) await viewer.receives(down, kind, packets, 20_000);
    }
    const seen = await viewer.report(down);
    const made: PeerReport = await publisher.report(up);
    await viewer.stop(name, down);
    expect((await viewer.status(down, ['STOPPED'])).info).toBe('Stopped by user');
    await publisher.unpublish(name, up);
    expect((await publisher.status(up, ['UNPUBLISHED'])).info).toBe('Stopped by publisher stop');
    return { made, seen };
  }

  it.concurrent.each(CODECS)('carries %s and Opus unchanged', async (codec) => {
    const offered: PeerMedia = { audio: [['opus', 111]], video: [[codec, 96]] };
    const viewed: PeerMedia = { audio: [['opus', VIEWER_AUDIO]], video: [[codec, VIEWER_VIDEO[codec]]] };
    // 75 video and 50 audio packets a second: sequence numbers and timestamps pass their wrap-around on the way.
    const { made, seen } = await exchange(`peer-${codec}`, offered, viewed, 150);
    expectUnbroken(made.sent.audio!, seen.received.audio, VIEWER_AUDIO);
    expectUnbroken(made.sent.video!, seen.received.video, VIEWER_VIDEO[codec], CATCH_UP);
    expect(new Set(made.srtpProfiles)).toEqual(new Set([negotiated]));
    expect(new Set(seen.srtpProfiles)).toEqual(new Set([negotiated]));
    expect(made.rtcp, 'the publisher gets receiver reports').toHaveProperty('201');
    expect(seen.rtcp, 'the viewer gets sender reports').toHaveProperty('200');
  });

  it.concurrent('carries VP8 and Opus unchanged over TCP', async () => {
    const mediaPort = await freeMediaPorts(1);
    // The peers speak UDP: TCP is put in between.
    const relay = await UdpRelay.open(mediaPort, 'tcp');
    const flags = ['--media-workers', '1', '--media-srtp-profiles', flag];
    const behind = await Server.start({ mediaPort, announce: `127.0.0.1:${relay.port}`, flags });
    const pair = await pairOn(behind);
    try {
      const media: PeerMedia = { audio: [['opus', VIEWER_AUDIO]], video: [['VP8', VIEWER_VIDEO.VP8]] };
      const { made, seen } = await exchange('peer-tcp', media, media, 150, pair);
      expectUnbroken(made.sent.audio!, seen.received.audio, VIEWER_AUDIO);
      expectUnbroken(made.sent.video!, seen.received.video, VIEWER_VIDEO.VP8, CATCH_UP);
    } finally {
      await closePair(pair);
      await behind.stop();
      relay.close();
    }
  });

  it.concurrent('gives the viewer the codec of the publisher out of several', async () => {
    const offered: PeerMedia = { video: [['VP8', 96]] };
    const viewed: PeerMedia = {
      video: [
        ['H264', VIEWER_VIDEO.H264],
        ['VP8', VIEWER_VIDEO.VP8],
      ],
    };
    const { made, seen } = await exchange('peer-choice', offered, viewed, 50);
    expectUnbroken(made.sent.video!, seen.received.video, VIEWER_VIDEO.VP8, CATCH_UP);
  });

  it.concurrent('passes the wish of a viewer for a key frame on to the publisher', async () => {
    const media: PeerMedia = { video: [['VP8', 96]] };
    const { publisher, viewer } = peers;
    const up = await publisher.publish('key-frame', media);
    await publisher.status(up, ['PUBLISHING']);
    const down = await viewer.play('key-frame', media);
    await viewer.receives(down, 'video', 150);
    const before = publisher.events.items.length;
    await viewer.askForKeyFrame(down);
    await publisher.rtcp(up, '206/1', before);
  });
});
