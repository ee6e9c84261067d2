import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBackend } from '../support/backend.js';
import { Scrape } from '../support/metrics.js';
import { recordedPayload } from '../support/offers.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
const policies = {
  publishStream: { restOnError: 'FAIL', restPolicy: 'OVERWRITE', restOverwrite: 'name' },
  playStream: { restOnError: 'LOG' },
};

const publish = (mediaSessionId: string, name: string) =>
  recordedPayload('websdk-2.0.276-chromium-156', 'publishStream', { mediaSessionId, name });

/** A client of an application, established or refused. */
async function connect(wsUrl: string, appKey: string): Promise<WcsClient> {
  const client = await WcsClient.open(wsUrl);
  client.send('connection', { appKey, mediaProviders: ['WebRTC'], clientVersion: '2.0' });
  return client;
}

describe('a server with a backend', () => {
  let backend: TestBackend;
  let dying: TestBackend;
  let server: Server;

  beforeAll(async () => {
    [backend, dying] = [await TestBackend.start(), await TestBackend.start()];
    backend.answer('connect', ({ body }) => ({ body: { ...body, restClientConfig: policies } }));
    const applications = {
      defaultApp: { url: backend.url, secret: 'key' },
      logs: { url: dying.url },
      fails: { url: dying.url, onError: 'FAIL' },
    };
    server = await Server.start({
      flags: ['--hooks-applications', JSON.stringify(applications), '--hooks-breaker-failures', '2'],
    });
  });

  afterAll(async () => {
    await server?.stop();
    await Promise.all([backend?.close(), dying?.close()]);
  });

  showServerOnFailure(() => server);

  it('asks and tells it in order, from connect to the end', async () => {
    const peer = await Peer.connect(server.wsUrl);
    const id = await peer.publish('whole', MEDIA);
    await peer.status(id, ['PUBLISHING']);
    const { sessionId } = (await backend.called('StreamStatusEvent', { status: 'PUBLISHING' })).body;
    await peer.close();
    await backend.called('ConnectionStatusEvent', { status: 'DISCONNECTED', sessionId });
    const own = backend.calls.items.filter(({ body }) => body.sessionId === sessionId);
    expect(own.map(({ method, body }) => `${method} ${body.status ?? ''}`.trim())).toEqual([
      'connect',
      'ConnectionStatusEvent ESTABLISHED',
      'publishStream PENDING',
      'StreamStatusEvent PUBLISHING',
      'StreamStatusEvent FAILED',
      'ConnectionStatusEvent DISCONNECTED',
    ]);
    expect(own[4]?.body).toMatchObject({ info: 'Stopped by session disconnect', name: 'whole' });
  });

  it('publishes under the name that the backend says, and is played under it', async () => {
    backend.answer('publishStream', { body: { name: 'renamed' } });
    const [publisher, viewer] = [await Peer.connect(server.wsUrl), await Peer.connect(server.wsUrl)];
    try {
      await publisher.status(await publisher.publish('asked', MEDIA), ['PUBLISHING']);
      await viewer.status(await viewer.play('renamed', MEDIA), ['PLAYING']);
    } finally {
      backend.answer('publishStream', {});
      await Promise.all([publisher.close(), viewer.close()]);
    }
  });

  it('refuses with FAIL and goes on with LOG', async () => {
    backend.answer('publishStream', { status: 403, body: {} });
    backend.answer('playStream', { status: 403, body: {} });
    const client = await WcsClient.connect(server.wsUrl);
    client.send('publishStream', publish('refused', 'refused'));
    const { first } = await client.status('refused', ['FAILED']);
    expect(first.info).toBe('Restricted access');
    client.send('playStream', { mediaSessionId: 'play', name: 'nobody', sdp: 'v=0' });
    expect((await client.status('play', ['FAILED'])).first.info).toBe('Session does not exist');
    backend.answer('publishStream', {});
    await client.close();
  });

  it('keeps nobody waiting but whom a slow answer is about', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    backend.answer('publishStream', async ({ body }) => {
      if (body.name === 'slow') await slow;
      return {};
    });
    const [first, second] = [await WcsClient.connect(server.wsUrl), await WcsClient.connect(server.wsUrl)];
    first.send('publishStream', publish('slow', 'slow'));
    await backend.called('publishStream', { name: 'slow' });
    expect(await first.isServed()).toBe(true);
    second.send('publishStream', publish('quick', 'quick'));
    await second.message('setRemoteSDP');
    expect(first.messages.items.map(({ message }) => message)).not.toContain('setRemoteSDP');
    release();
    await first.message('setRemoteSDP');
    await Promise.all([first.close(), second.close()]);
  });

  it('refuses an appKey that is not configured', async () => {
    const client = await connect(server.wsUrl, 'roomApp');
    const { first } = await client.message('fail');
    expect(first).toEqual({
      apiMethod: 'ConnectionStatusEvent',
      status: 'FAILED',
      info: 'Restricted access',
    });
    expect((await client.closed).code).toBe(1008);
  });

  it('goes on without a backend that is down, or fails, as its application says', async () => {
    const [logs, fails] = [await connect(server.wsUrl, 'logs'), await connect(server.wsUrl, 'fails')];
    await Promise.all([logs.message('getUserData'), fails.message('getUserData')]);
    await dying.close();
    logs.send('publishStream', publish('logs', 'logs'));
    await logs.message('setRemoteSDP');
    fails.send('publishStream', publish('fails', 'fails'));
    expect((await fails.status('fails', ['FAILED'])).first.info).toBe('Failed by error');
    const late = await connect(server.wsUrl, 'logs');
    await late.message('fail');
    await server.program.output.waitFor('the breaker', ({ text }) => text.includes('backend is down'), 5000);
    const scrape = await Scrape.of(server.httpUrl);
    expect(scrape.value('sluice_hook_backend_up', { app_key: 'logs' })).toBe(0);
    expect(scrape.value('sluice_hook_backend_up', { app_key: 'defaultApp' })).toBe(1);
    const calls = (method: string, outcome: string) =>
      scrape.count('sluice_hook_seconds', { method, outcome });
    expect(calls('publishStream', 'accepted')).toBeGreaterThan(0);
    expect(calls('publishStream', 'refused')).toBe(1);
    expect(calls('publishStream', 'failed')).toBeGreaterThan(0);
    expect(calls('connect', 'skipped') + calls('connect', 'failed')).toBeGreaterThan(0);
    // The other backend is none the worse.
    await (await WcsClient.connect(server.wsUrl)).close();
    await Promise.all([logs.close(), fails.close(), late.close()]);
  });
});
