import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawPublisher } from '../support/browser/raw-publisher.js';
import type { SdkPage, SdkStream } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_320, CAMERA_640 } from '../support/core-case.js';
import { LossyRelay } from '../support/lossy-relay.js';
import { NAMESPACE_ADDRESS } from '../support/netns.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const LOSS = 0.05;
/** Small: it is beside another stream that the machine has to encode. */
const VP8 = { ...CAMERA_320, stripCodecs: 'H264' };

const TWO_ENCODINGS = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 300_000 },
];

/** Has the page reach the server through a relay, by the candidates of the answers it gets; notes its connections. */
const through = (relayPort: number, serverPort: number) => `(() => {
  window.connections = [];
  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description, ...rest) {
    window.connections.push(this);
    const sdp = description.sdp.replaceAll(' ${serverPort} typ host', ' ${relayPort} typ host');
    return setRemote.call(this, { type: description.type, sdp }, ...rest);
  };
})()`;

/** Of the video: what its statistics say of retransmissions. */
const VIDEO = `(async () => {
  const stats = [...(await window.connections.at(-1).getStats()).values()];
  const own = stats.find(({ type, kind }) => (type === 'inbound-rtp' || type === 'outbound-rtp') && kind === 'video');
  return JSON.stringify(own);
})()`;

interface VideoStats {
  readonly nackCount?: number;
  readonly rtxSsrc?: number;
  readonly retransmittedPacketsReceived?: number;
  readonly retransmittedPacketsSent?: number;
  readonly framesDecoded?: number;
  readonly packetsLost?: number;
}

// Two at a time, of which one loses little: what is watched is a path, for long enough, not the machine.
describe('retransmission over a path that loses packets', () => {
  let stage: Stage | undefined;
  const relays: LossyRelay[] = [];

  beforeAll(async () => {
    const flags = ['--media-workers', '1', '--media-bandwidth-notice-interval', '1000'];
    stage = await Stage.open({ inNamespace: true, chromium: {}, firefox: true, flags });
  });

  afterAll(async () => {
    await stage?.close();
    for (const relay of relays) relay.close();
  });

  showServerOnFailure(() => stage?.server);

  type Loss = { lossToServer?: number; lossFromServer?: number };
  /** A way to the server's media port, by the port of another that loses packets. */
  const losing = async (loss: Loss): Promise<{ port: number; relay: number }> => {
    const port = stage!.server.ready.mediaPorts[0]!;
    const relay = await LossyRelay.start({ host: NAMESPACE_ADDRESS, targetPort: port, ...loss });
    relays.push(relay);
    return { port, relay: relay.port };
  };
  const connect = async (browser: Browser, loss: Loss = {}): Promise<SdkPage> => {
    const page = await stage!.connect(browser);
    const { port, relay } = await losing(loss);
    await page.tab.evaluate(through(relay, port));
    return page;
  };
  const video = async (page: SdkPage): Promise<VideoStats> =>
    JSON.parse(await page.tab.evaluate<string>(VIDEO));
  const decoded = async (stream: SdkStream): Promise<number> =>
    (await stream.stats()).inbound.video?.framesDecoded ?? 0;
  /** Frames decoded in ten seconds. */
  const watch = async (stream: SdkStream): Promise<number> => {
    await stream.firstFrame();
    const before = await decoded(stream);
    await stream.sample(10);
    return (await decoded(stream)) - before;
  };

  /** Publishes VP8 from one browser to the other, over losses both ways. */
  const betweenBrowsers = async (from: Browser, to: Browser, name: string): Promise<void> => {
    const publisher = await connect(from, { lossToServer: LOSS });
    const player = await connect(to, { lossFromServer: LOSS });
    await publisher.publishing(name, VP8);
    const frames = await watch(await player.playing(name));
    const stats = JSON.stringify([await video(publisher), await video(player)]);
    expect(frames, stats).toBeGreaterThan(100);
    await Promise.all([publisher.close(), player.close()]);
  };

  describe('to players', () => {
    it.concurrent('reaches a Chromium that plays as RTX', async () => {
      const [publisher, player] = [
        await connect(stage!.chromium),
        await connect(stage!.chromium, { lossFromServer: 2 * LOSS }),
      ];
      await publisher.publishing('rtx-play', CAMERA_640);
      const frames = await watch(await player.playing('rtx-play'));
      const stats = await video(player);
      expect(stats.rtxSsrc, JSON.stringify(stats)).toBeGreaterThan(0);
      expect(stats.retransmittedPacketsReceived, JSON.stringify(stats)).toBeGreaterThan(5);
      expect(stats.packetsLost).toBeGreaterThan(5);
      expect(frames).toBeGreaterThan(150);
      await Promise.all([publisher.close(), player.close()]);
    }, 60_000);

    it.concurrent('is not enough for a player that loses a quarter, which is told', async () => {
      const [publisher, player] = [
        await connect(stage!.chromium),
        await connect(stage!.chromium, { lossFromServer: 0.25 }),
      ];
      await publisher.publishing('rtx-told', CAMERA_640);
      const played = await player.playing('rtx-told');
      const told = async () => {
        const events = (await played.statuses()).flatMap(({ event }) => event ?? []);
        const notices = events.filter(({ type }) => type === 'notEnoughBandwidth');
        return notices.map(({ payload }) => String(payload?.info));
      };
      // The first one may come while the picture is still small.
      const isFull = (info: string) => Number(info.split('/')[0]) > 20_000;
      for (let second = 0; second < 15 && !(await told()).some(isFull); second++) await played.sample(1);
      const notices = await told();
      for (const info of notices) expect(info).toMatch(/^\d+\/\d+$/);
      const [needed, passes] = notices.find(isFull)?.split('/').map(Number) ?? [];
      expect(needed, JSON.stringify(notices)).toBeGreaterThan(20_000);
      expect(passes).toBeLessThan(needed!);
      await Promise.all([publisher.close(), player.close()]);
    }, 60_000);
  });

  describe('from publishers, and to Firefox', () => {
    it.concurrent('comes from a Chromium that publishes as RTX, and mends the picture', async () => {
      const [publisher, player] = [
        await connect(stage!.chromium, { lossToServer: LOSS }),
        await connect(stage!.chromium),
      ];
      await publisher.publishing('rtx-publish', CAMERA_640);
      const played = await player.playing('rtx-publish');
      const frames = await watch(played);
      const [sent, received] = [await video(publisher), await video(player)];
      expect(sent.rtxSsrc, JSON.stringify(sent)).toBeGreaterThan(0);
      expect(sent.retransmittedPacketsSent, JSON.stringify(sent)).toBeGreaterThan(3);
      expect(received.packetsLost, JSON.stringify(received)).toBeLessThanOrEqual(2);
      expect(frames).toBeGreaterThan(150);
      const events = (await played.statuses()).map(({ event }) => event?.type);
      expect(events).not.toContain('notEnoughBandwidth');
      await Promise.all([publisher.close(), player.close()]);
    }, 60_000);

    it.concurrent('works from Chromium to Firefox', async () => {
      await betweenBrowsers(stage!.chromium, stage!.firefox, 'rtx-to-firefox');
    }, 60_000);
  });

  describe('of several encodings, and from Firefox', () => {
    it.concurrent('comes from a Chromium that publishes several encodings, for each of them', async () => {
      const publisher = await RawPublisher.open(
        stage!.chromium,
        stage!.pagesUrl,
        stage!.server.wsUrl,
        'rtx-simulcast',
        { codec: 'VP8', encodings: TWO_ENCODINGS, through: await losing({ lossToServer: LOSS }) },
      );
      const player = await connect(stage!.chromium);
      const frames = await watch(await player.playing('rtx-simulcast'));
      const [sent, received] = [await publisher.stats(), await video(player)];
      expect(sent).toHaveLength(2);
      for (const { retransmittedPacketsSent } of sent)
        expect(retransmittedPacketsSent, JSON.stringify(sent)).toBeGreaterThan(3);
      expect(received.packetsLost, JSON.stringify(received)).toBeLessThanOrEqual(2);
      expect(frames).toBeGreaterThan(100);
      await Promise.all([publisher.close(), player.close()]);
    }, 60_000);

    it.concurrent('works from Firefox to Chromium', async () => {
      await betweenBrowsers(stage!.firefox, stage!.chromium, 'rtx-from-firefox');
    }, 60_000);
  });
});
