import { expect, test, vi } from 'vitest';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

async function published() {
  const made = makeService();
  const publisher = makeSession();
  await made.service.publish(publisher, publishRequest());
  const endpoint = made.plane.last();
  endpoint.listener.onStarted();
  return { ...made, publisher, endpoint };
}

test('publishes: the answer first, PUBLISHING with the first media, UNPUBLISHED when the publisher stops', async () => {
  const { service, plane, log } = makeService();
  const session = makeSession();
  await service.publish(session, publishRequest());
  expect(log).toEqual(['pub-1 answer']);
  plane.last().listener.onStarted();
  service.unpublish(session, 'pub-1');
  expect(log.slice(1)).toEqual(['pub-1 PUBLISHING', 'pub-1 UNPUBLISHED (Stopped by publisher stop)']);
  expect(plane.last().closed).toBe(1);
  expect(session.mediaSessions.size).toBe(0);
});

test('plays: the viewer’s tracks are fed by the publisher’s, and the known size follows PLAYING', async () => {
  const { service, plane, log, endpoint } = await published();
  endpoint.listener.onVideoSize(640, 360);
  await service.play(makeSession(), playRequest());
  const viewer = plane.last();
  expect(viewer.publisher).toBe(endpoint);
  expect(viewer.tracks.map(({ kind, source }) => [kind, source])).toEqual([
    ['audio', 0],
    ['video', 1],
  ]);
  viewer.listener.onStarted();
  expect(log.slice(3)).toEqual(['play-1 answer', 'play-1 PLAYING', 'play-1 640x360']);
  endpoint.listener.onVideoSize(1280, 720);
  expect(log.slice(6)).toEqual(['pub-1 1280x720', 'play-1 1280x720']);
});

test('a viewer stops: STOPPED for it alone', async () => {
  const { service, plane, log } = await published();
  const viewer = makeSession();
  await service.play(viewer, playRequest());
  service.stop(viewer, 'play-1');
  expect(log.at(-1)).toBe('play-1 STOPPED (Stopped by user)');
  expect(plane.endpoints.map(({ closed }) => closed)).toEqual([0, 1]);
});

test('the publisher stops: its players fail, after it has been told', async () => {
  const { service, log, publisher } = await published();
  await service.play(makeSession(), playRequest());
  service.unpublish(publisher, 'pub-1');
  expect(log.slice(-2)).toEqual([
    'pub-1 UNPUBLISHED (Stopped by publisher stop)',
    'play-1 FAILED (Stopped by publisher stop)',
  ]);
});

test('the publisher’s socket closes: its players fail and the name is free', async () => {
  const { service, log, publisher } = await published();
  await service.play(makeSession(), playRequest());
  service.closeSession(publisher);
  expect(log.slice(-2)).toEqual([
    'pub-1 FAILED (Stopped by session disconnect)',
    'play-1 FAILED (Stopped by publisher stop)',
  ]);
  await service.publish(makeSession(), publishRequest({ mediaSessionId: 'pub-2' }));
  expect(log.at(-1)).toBe('pub-2 answer');
});

test.each([
  ['ice-timeout', 'Failed by ICE timeout'],
  ['ice-keep-alive', 'Failed by ICE keep alive'],
  ['dtls-error', 'Failed by DTLS error'],
  ['dtls-fingerprint', 'Failed by DTLS fingerprint error'],
  ['rtp-activity', 'Failed by RTP activity'],
  ['media-process', 'Failed by error'],
] as const)('media fails by %s: FAILED, %s', async (failure, info) => {
  const { log, endpoint } = await published();
  endpoint.listener.onFailed(failure);
  expect(log.at(-1)).toBe(`pub-1 FAILED (${info})`);
});

test('a name in use: the new publisher fails, the old one goes on', async () => {
  const { service, log, endpoint } = await published();
  await service.publish(makeSession(), publishRequest({ mediaSessionId: 'pub-2' }));
  expect(log.at(-1)).toBe('pub-2 FAILED (Stream name is already in use)');
  expect(endpoint.closed).toBe(0);
  expect(await service.availability(makeSession(), 'cam')).toBeNull();
});

test('a name is claimed before anything is awaited: of two at once, one gets it', async () => {
  const { service, log } = makeService();
  await Promise.all([
    service.publish(makeSession(), publishRequest({ mediaSessionId: 'a' })),
    service.publish(makeSession(), publishRequest({ mediaSessionId: 'b' })),
  ]);
  expect([...log].sort()).toEqual(['a answer', 'b FAILED (Stream name is already in use)']);
});

test.each([
  [{ mediaSessionId: '' }, 'MediaSessionId is null'],
  [{ name: '' }, 'Stream not found'],
  [{ name: 'x'.repeat(17) }, 'Stream not found'],
  [{ sdp: 'hello' }, 'Failed by error'],
])('publish with %j fails: %s', async (fields, info) => {
  const { service, plane, log } = makeService();
  const session = makeSession();
  await service.publish(session, publishRequest(fields));
  expect(log).toHaveLength(1);
  expect(log[0]).toContain(`FAILED (${info})`);
  expect(plane.endpoints).toHaveLength(0);
  expect(session.mediaSessions.size).toBe(0);
});

test('an id in use by anybody fails the newcomer and leaves the owner alone', async () => {
  const { service, log, publisher } = await published();
  await service.publish(makeSession(), publishRequest({ name: 'other' }));
  expect(log.at(-1)).toBe('pub-1 FAILED (MediaSessionId is already in use)');
  expect(publisher.mediaSessions.get('pub-1')?.status).toBe('PUBLISHING');
});

test('no codec in common: FAILED', async () => {
  const { service, log } = makeService({ abilities: { audio: [], video: [] } });
  await service.publish(makeSession(), publishRequest());
  expect(log).toEqual(['pub-1 FAILED (No common codecs)']);
});

test('playing a name nobody publishes fails with the configured reason', async () => {
  const { service, log } = makeService({ missingStreamInfo: 'Stream not found' });
  await service.play(makeSession(), playRequest());
  expect(log).toEqual(['play-1 FAILED (Stream not found)']);
});

test('playing a stream before its first media fails', async () => {
  const { service, log } = makeService();
  await service.publish(makeSession(), publishRequest());
  await service.play(makeSession(), playRequest());
  expect(log.at(-1)).toBe('play-1 FAILED (Publish stream is not ready)');
});

test('the gate refuses: its reason is told; a gate that throws refuses too', async () => {
  const refusing = makeService({ gate: { check: async () => 'Restricted access' } });
  await refusing.service.publish(makeSession(), publishRequest());
  expect(refusing.log).toEqual(['pub-1 FAILED (Restricted access)']);
  expect(await refusing.service.availability(makeSession(), 'cam')).toBe('Restricted access');
  const broken = makeService({ gate: { check: () => Promise.reject(new Error('backend down')) } });
  await broken.service.publish(makeSession(), publishRequest());
  expect(broken.log).toEqual(['pub-1 FAILED (Restricted access)']);
});

test('no media process takes it: FAILED', async () => {
  const { service, plane, log } = makeService();
  plane.refuse = true;
  await service.publish(makeSession(), publishRequest());
  expect(log).toEqual(['pub-1 FAILED (Failed to add stream to proxy)']);
});

test('the client goes while its endpoint opens: the endpoint is closed and no answer is sent', async () => {
  const { service, plane, log } = makeService();
  let open = () => {};
  plane.gate = new Promise((resolve) => {
    open = resolve;
  });
  const session = makeSession();
  const publishing = service.publish(session, publishRequest());
  await vi.waitFor(() => expect(plane.asked).toBe(1));
  service.closeSession(session);
  open();
  await publishing;
  expect(log).toEqual(['pub-1 FAILED (Stopped by session disconnect)']);
  expect(plane.last().closed).toBe(1);
});

test('stopping twice, an unknown id, or another client’s stream changes nothing', async () => {
  const { service, log, publisher } = await published();
  const before = log.length;
  service.stop(publisher, 'pub-1');
  service.unpublish(publisher, 'nothing');
  service.unpublish(makeSession(), 'pub-1');
  expect(log).toHaveLength(before);
  service.unpublish(publisher, 'pub-1');
  service.unpublish(publisher, 'pub-1');
  expect(log).toHaveLength(before + 1);
});

test('a session opens no more media sessions than allowed', async () => {
  const { service, log } = makeService();
  const session = makeSession();
  for (let index = 0; index < 5; index += 1) {
    await service.publish(session, publishRequest({ mediaSessionId: `m${index}`, name: `n${index}` }));
  }
  expect(log.at(-1)).toBe('m4 FAILED (Failed by error)');
  expect(session.mediaSessions.size).toBe(4);
});

test('the server stops: everybody is told', async () => {
  const { service, log } = await published();
  await service.play(makeSession(), playRequest());
  service.shutdown();
  expect(log.slice(-2).sort()).toEqual([
    'play-1 FAILED (Requested stream shutdown)',
    'pub-1 FAILED (Requested stream shutdown)',
  ]);
});

test('after its end a media session says nothing more, whatever the media process reports', async () => {
  const { service, log, publisher, endpoint } = await published();
  service.unpublish(publisher, 'pub-1');
  const before = log.length;
  endpoint.listener.onStarted();
  endpoint.listener.onVideoSize(1, 1);
  endpoint.listener.onFailed('ice-timeout');
  expect(log).toHaveLength(before);
});

test('nothing a client has chosen is written into its answer', async () => {
  const { service } = makeService();
  const answers: string[] = [];
  service.on('answer', (_session, sdp) => answers.push(sdp));
  const hostile = 'x\r\na=candidate:evil';
  await service.publish(makeSession(), publishRequest({ mediaSessionId: hostile, name: 'cam' }));
  expect(answers).toHaveLength(1);
  expect(answers[0]).not.toContain('evil');
});

test('both tracks of a player belong to one MediaStream', async () => {
  const { service } = await published();
  const answers: string[] = [];
  service.on('answer', (_session, sdp) => answers.push(sdp));
  await service.play(makeSession(), playRequest());
  const streams = [...(answers[0] ?? '').matchAll(/^a=msid:(\S+) /gm)].map(([, stream]) => stream);
  expect(streams).toHaveLength(2);
  expect(streams[0]).toBe(streams[1]);
});

test('a gate that breaks lets nobody in, and everybody is answered', async () => {
  const { service, log } = makeService({ gate: { check: () => Promise.reject(new Error('broken')) } });
  const session = makeSession();
  expect(await service.availability(session, 'cam')).toBe('Restricted access');
  await service.publish(session, publishRequest());
  await service.play(session, playRequest());
  expect(log).toEqual(['pub-1 FAILED (Restricted access)', 'play-1 FAILED (Restricted access)']);
});
