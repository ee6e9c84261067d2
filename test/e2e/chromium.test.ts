import { describe, expect, it, vi } from 'vitest';
import {
  CAMERA_320,
  expectClosedPageTold,
  expectGrowth,
  expectPublishAndPlay,
  expectStopTold,
} from '../support/core-case.js';
import { type Pages, useStage, withPages } from '../support/pair.js';

const NO_H264 = { stripCodecs: 'H264' };

/** Takes the BUNDLE group out of what the page sends, as before browsers had it, and remembers its connections. */
const UNBUNDLE = `(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) { send.call(this, text.replace(/a=group:BUNDLE[^\\\\]*\\\\r\\\\n/, '')); };
  window.connections = [];
  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...args) {
    window.connections.push(this);
    return setRemote.apply(this, args);
  };
})()`;

const CONNECTED_TRANSPORTS = `(async () => {
  const stats = await window.connections.at(-1).getStats();
  return [...stats.values()].filter(({ type, dtlsState }) => type === 'transport' && dtlsState === 'connected').length;
})()`;

const stage = useStage({ chromium: {} });
/** A test with two pages of its own. */
const pages = (use: (pages: Pages) => Promise<void>) => () => withPages(stage(), stage().chromium, use);

describe('Chromium with the real Web SDK', () => {
  it(
    'publishes and plays H.264, and VP8 when H.264 is stripped from the offer',
    pages((h264) =>
      pages((vp8) =>
        expectPublishAndPlay(
          { ...h264, name: 'core-h264', codec: 'video/H264' },
          { ...vp8, name: 'core-vp8', codec: 'video/VP8', publishOptions: NO_H264 },
        ),
      )(),
    ),
  );
});

// They do not disturb each other, and mostly wait: some of them at a time.
describe.concurrent('several pages of Chromium', () => {
  it(
    'gives each section a transport of its own when an offer has no BUNDLE group',
    pages(async ({ publisher, player }) => {
      await Promise.all([publisher, player].map(({ tab }) => tab.evaluate(UNBUNDLE)));
      await publisher.publishing('unbundled', CAMERA_320);
      const played = await player.playing('unbundled');
      await played.firstFrame();
      const samples = await played.sample(2);
      expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
      expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
      expect(await publisher.tab.evaluate(CONNECTED_TRANSPORTS)).toBe(2);
      expect(await player.tab.evaluate(CONNECTED_TRANSPORTS)).toBe(2);
    }),
  );

  it(
    'publishes and plays audio alone',
    pages(async ({ publisher, player }) => {
      await publisher.publishing('audio-alone', { constraints: { audio: true, video: false } });
      const played = await player.playing('audio-alone', { constraints: { audio: true, video: false } });
      const samples = await played.sample(2);
      const packets = samples.map(({ inbound }) => inbound.audio?.packetsReceived ?? 0);
      expect(packets.at(-1)!).toBeGreaterThan(packets[0]!);
      expect(samples.at(-1)!.inbound.video).toBeNull();
    }),
  );

  it('tells publisher and player when the publisher stops', pages(expectStopTold));

  it(
    'lets a player stop and play again while the publisher goes on',
    pages(async ({ publisher, player }) => {
      const published = await publisher.publishing('replayed', CAMERA_320);
      const first = await player.playing('replayed');
      await first.stop();
      expect((await first.waitFor('STOPPED')).info).toBe('Stopped by user');
      const second = await player.playing('replayed');
      await second.firstFrame();
      expect((await published.stats()).statuses).not.toContain('UNPUBLISHED');
    }),
  );

  it(
    'plays one stream to two players',
    pages(async ({ publisher, player }) => {
      await publisher.publishing('shared', CAMERA_320);
      const other = await stage().connect(stage().chromium);
      const streams = await Promise.all([player.playing('shared'), other.playing('shared')]);
      await Promise.all(streams.map((stream) => stream.firstFrame()));
      await other.close();
      const decoded = async () => (await streams[0]!.stats()).inbound.video!.framesDecoded!;
      const before = await decoded();
      await vi.waitFor(async () => expect(await decoded()).toBeGreaterThan(before), 5000);
    }),
  );

  it(
    'refuses to play a stream that nobody publishes',
    pages(async ({ player }) => {
      const played = await player.play('nobody-publishes-this');
      expect((await played.waitFor('FAILED')).info).toBe('Session does not exist');
    }),
  );

  it(
    'refuses a name in use and leaves its owner alone',
    pages(async ({ publisher, player }) => {
      const published = await publisher.publishing('taken', CAMERA_320);
      const second = await player.publish('taken', CAMERA_320);
      expect((await second.waitFor('FAILED')).info).toBe('Stream name is already in use');
      const sent = async () => (await published.stats()).outbound.video!.bytes;
      const before = await sent();
      await vi.waitFor(async () => expect(await sent()).toBeGreaterThan(before), 5000);
    }),
  );

  it('tells players within 5 s when the publisher closes its page', pages(expectClosedPageTold));

  it(
    'frees the name when the publisher disconnects its session',
    pages(async ({ publisher, player }) => {
      const published = await publisher.publishing('freed', CAMERA_320);
      const played = await player.playing('freed');
      await publisher.disconnect();
      await published.waitFor('FAILED');
      await played.waitFor('FAILED', 5000);
      const again = await player.publishing('freed', CAMERA_320);
      await again.stop();
      await again.waitFor('UNPUBLISHED');
    }),
  );
});
