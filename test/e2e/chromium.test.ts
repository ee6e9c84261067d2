import { describe, expect, it } from 'vitest';
import { CAMERA_640, expectGrowth, expectPublishAndPlay } from '../support/core-case.js';
import { usePair } from '../support/pair.js';

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

describe('Chromium with the real Web SDK', () => {
  const pair = usePair((stage) => stage.launchChromium());

  it('publishes and plays H.264', async () => {
    await expectPublishAndPlay(pair.publisher, pair.player, 'core-h264', 'video/H264');
  });

  it('publishes and plays VP8 when H.264 is stripped from the offer', async () => {
    await expectPublishAndPlay(pair.publisher, pair.player, 'core-vp8', 'video/VP8', NO_H264);
  });

  it('gives each section a transport of its own when an offer has no BUNDLE group', async () => {
    await Promise.all([pair.publisher, pair.player].map(({ tab }) => tab.evaluate(UNBUNDLE)));
    await pair.publisher.publishing('unbundled', CAMERA_640);
    const played = await pair.player.playing('unbundled');
    await played.firstFrame();
    const samples = await played.sample(2);
    expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
    expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
    expect(await pair.publisher.tab.evaluate(CONNECTED_TRANSPORTS)).toBe(2);
    expect(await pair.player.tab.evaluate(CONNECTED_TRANSPORTS)).toBe(2);
  });

  it('publishes and plays audio alone', async () => {
    await pair.publisher.publishing('audio-alone', { constraints: { audio: true, video: false } });
    const played = await pair.player.playing('audio-alone', { constraints: { audio: true, video: false } });
    const samples = await played.sample(2);
    const packets = samples.map(({ inbound }) => inbound.audio?.packetsReceived ?? 0);
    expect(packets.at(-1)!).toBeGreaterThan(packets[0]!);
    expect(samples.at(-1)!.inbound.video).toBeNull();
  });

  it('tells publisher and player when the publisher stops', async () => {
    const published = await pair.publisher.publishing('unpublished', CAMERA_640);
    const played = await pair.player.playing('unpublished');
    await published.stop();
    expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
    expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
  });

  it('lets a player stop and play again while the publisher goes on', async () => {
    const published = await pair.publisher.publishing('replayed', CAMERA_640);
    const first = await pair.player.playing('replayed');
    await first.stop();
    expect((await first.waitFor('STOPPED')).info).toBe('Stopped by user');
    const second = await pair.player.playing('replayed');
    await second.firstFrame();
    expect((await published.stats()).statuses).not.toContain('UNPUBLISHED');
  });

  it('plays one stream to two players', async () => {
    await pair.publisher.publishing('shared', CAMERA_640);
    const other = await pair.stage.connect(pair.browser);
    const streams = await Promise.all([pair.player.playing('shared'), other.playing('shared')]);
    await Promise.all(streams.map((stream) => stream.firstFrame()));
    await other.close();
    const [first, last] = [await streams[0]!.stats(), (await streams[0]!.sample(1)).at(-1)!];
    expect(last.inbound.video!.framesDecoded!).toBeGreaterThan(first.inbound.video!.framesDecoded!);
  });

  it('refuses to play a stream that nobody publishes', async () => {
    const played = await pair.player.play('nobody-publishes-this');
    expect((await played.waitFor('FAILED')).info).toBe('Session does not exist');
  });

  it('refuses a name in use and leaves its owner alone', async () => {
    const published = await pair.publisher.publishing('taken', CAMERA_640);
    const second = await pair.player.publish('taken', CAMERA_640);
    expect((await second.waitFor('FAILED')).info).toBe('Stream name is already in use');
    const [before, after] = (await published.sample(1)).map(({ outbound }) => outbound.video!.bytes);
    expect(after!).toBeGreaterThan(before!);
  });

  it('tells players within 5 s when the publisher closes its page', async () => {
    await pair.publisher.publishing('page-closed', CAMERA_640);
    const played = await pair.player.playing('page-closed');
    await pair.publisher.close();
    expect((await played.waitFor('FAILED', 5000)).info).toBe('Stopped by publisher stop');
  });

  it('frees the name when the publisher disconnects its session', async () => {
    const published = await pair.publisher.publishing('freed', CAMERA_640);
    const played = await pair.player.playing('freed');
    await pair.publisher.disconnect();
    await published.waitFor('FAILED');
    await played.waitFor('FAILED', 5000);
    const again = await pair.player.publishing('freed', CAMERA_640);
    await again.stop();
    await again.waitFor('UNPUBLISHED');
  });
});
