import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Recording, recordedPayload } from '../support/offers.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';

const RECORDINGS: readonly Recording[] = [
  'websdk-2.0.276-chromium-156',
  'websdk-2.0.276-firefox-153',
  'raw-websocket-api-chrome-71',
];
const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const ICE_TIMEOUT_MS = 2000;
const PING_INTERVAL_MS = 200;
const PING_PROBES = 3;

/** The kinds and states of an SDP's m-sections. */
const sections = (sdp: unknown) =>
  [...String(sdp).matchAll(/^m=(\w+) (\d+) /gm)].map(([, kind, port]) => ({ kind, rejected: port === '0' }));

describe('the WebSocket API', () => {
  let server: Server | undefined;
  let client: WcsClient;

  beforeAll(async () => {
    const timers = ['--signaling-ping-interval', String(PING_INTERVAL_MS)];
    timers.push(
      '--signaling-ping-probes',
      String(PING_PROBES),
      '--media-ice-timeout',
      String(ICE_TIMEOUT_MS),
    );
    server = await Server.start({ flags: timers });
  });

  afterAll(() => server?.stop());

  beforeEach(async () => {
    client = await WcsClient.connect(server!.wsUrl);
  });

  afterEach(() => client?.close());

  showServerOnFailure(() => server);

  it('answers connection with getUserData, then getVersion, each session with a token of its own', async () => {
    const other = await WcsClient.connect(`${server!.wsUrl}/any/path?and=query`);
    const [first, second] = [await client.message('getUserData'), await other.message('getUserData')];
    expect(first.first).toMatchObject({ status: 'ESTABLISHED', authToken: expect.stringMatching(/.{16,}/) });
    expect(first.first.authToken).not.toBe(second.first.authToken);
    expect((await client.message('getVersion')).data).toEqual([expect.any(String)]);
    expect(client.messages.items.slice(0, 2).map(({ message }) => message)).toEqual([
      'getUserData',
      'getVersion',
    ]);
    await other.close();
  });

  it('keeps a client that answers pings and drops one that does not', async () => {
    const silent = await WcsClient.connect(server!.wsUrl);
    silent.ignorePings();
    const connectedAt = performance.now();
    await silent.closed;
    expect(performance.now() - connectedAt).toBeGreaterThan(PING_INTERVAL_MS * PING_PROBES);
    expect(await client.isServed()).toBe(true);
  });

  it.each(
    RECORDINGS,
  )('answers the publishStream of %s, then fails it when ICE never comes', async (recording) => {
    const mediaSessionId = `publish-${recording}`;
    client.send(
      'publishStream',
      recordedPayload(recording, 'publishStream', { mediaSessionId, name: recording }),
    );
    const { data } = await client.message('setRemoteSDP');
    expect(data[0]).toBe(mediaSessionId);
    expect(data[2]).toBe(true);
    expect(sections(data[1])).toEqual([
      { kind: 'audio', rejected: false },
      { kind: 'video', rejected: false },
    ]);
    const { first } = await client.status(mediaSessionId, ['FAILED', 'PUBLISHING'], ICE_TIMEOUT_MS + 5000);
    expect(first).toMatchObject({
      status: 'FAILED',
      info: 'Failed by ICE timeout',
      published: true,
      name: recording,
    });
  });

  it.each(RECORDINGS)('answers the playStream of %s', async (recording) => {
    const publisher = await Peer.connect(server!.wsUrl);
    try {
      const name = `played-${recording}`;
      await publisher.status(await publisher.publish(name, MEDIA), ['PUBLISHING']);
      const mediaSessionId = `play-${recording}`;
      client.send('playStream', recordedPayload(recording, 'playStream', { mediaSessionId, name }));
      const { data } = await client.message('setRemoteSDP');
      expect(data[0]).toBe(mediaSessionId);
      expect(sections(data[1]).map(({ rejected }) => rejected)).toEqual([false, false]);
      const names = client.messages.items.map(({ message }) => message);
      expect(names.indexOf('notifyAudioCodec')).toBeGreaterThan(-1);
      expect(names.indexOf('notifyAudioCodec')).toBeLessThan(names.indexOf('setRemoteSDP'));
    } finally {
      await publisher.close();
    }
  });

  it('fails an offer without a codec in common', async () => {
    const recorded = recordedPayload('websdk-2.0.276-chromium-156', 'publishStream', {
      mediaSessionId: 'odd',
      name: 'odd',
    });
    const sdp = String(recorded.sdp).replace(/^(a=rtpmap:\d+) [\w-]+\//gm, '$1 unheard-of/');
    client.send('publishStream', { ...recorded, sdp });
    expect((await client.status('odd', ['FAILED'])).first.info).toBe('No common codecs');
  });

  it('fails a media session id in use, and an empty one', async () => {
    const play = (mediaSessionId: string) =>
      client.send('playStream', { mediaSessionId, name: 'nothing', mediaProvider: 'WebRTC', sdp: 'v=0' });
    play('');
    const empty = await client.message('notifyStreamStatusEvent');
    expect(empty.first).toMatchObject({ status: 'FAILED', info: 'MediaSessionId is null' });

    const twice = { mediaSessionId: 'twice', name: 'twice' };
    const recorded = recordedPayload('websdk-2.0.276-chromium-156', 'publishStream', twice);
    client.send('publishStream', recorded);
    await client.message('setRemoteSDP');
    client.send('publishStream', { ...recorded, name: 'another-name' });
    const { first } = await client.status('twice', ['FAILED'], 1500);
    expect(first.info).toBe('MediaSessionId is already in use');
  });

  it('says whether a stream can be played', async () => {
    const publisher = await Peer.connect(server!.wsUrl);
    try {
      await publisher.status(await publisher.publish('available', MEDIA), ['PUBLISHING']);
      client.send('availableStream', { mediaSessionId: 'asks', name: 'available' });
      expect((await client.message('availableStream')).first).toMatchObject({ id: 'asks', status: 'true' });
    } finally {
      await publisher.close();
    }
  });

  it('tolerates stop and unpublish of a session that it does not know', async () => {
    client.send('stopStream', { mediaSessionId: 'unknown', name: 'unknown', published: false });
    client.send('unPublishStream', { mediaSessionId: 'unknown', name: 'unknown', published: true });
    expect(await client.isServed()).toBe(true);
  });

  it('tells publisher and player the video rate every second', async () => {
    const [publisher, player] = [await Peer.connect(server!.wsUrl), await Peer.connect(server!.wsUrl)];
    try {
      const up = await publisher.publish('rated', MEDIA);
      await publisher.status(up, ['PUBLISHING']);
      const down = await player.play('rated', MEDIA);
      const [inbound, outbound] = await Promise.all([
        publisher.message('inboundVideoRate', up),
        player.message('outboundVideoRate', down),
      ]);
      // The peer sends about half a megabit a second; the first message may come before a whole second has passed.
      for (const [{ data }, mediaSessionId] of [
        [inbound, up],
        [outbound, down],
      ] as const) {
        const rate = data![0] as { mediaSessionId: string; videoRate: number };
        expect(rate.mediaSessionId).toBe(mediaSessionId);
        expect(rate.videoRate).toBeGreaterThanOrEqual(0);
        expect(rate.videoRate).toBeLessThan(2_000_000);
      }
    } finally {
      await Promise.all([publisher.close(), player.close()]);
    }
  });
});
