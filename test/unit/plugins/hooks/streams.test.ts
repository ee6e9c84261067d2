import { expect, test } from 'vitest';
import type { MediaSession } from '../../../../src/streams/index.js';
import { Client } from '../../signaling/support.js';
import { playRequest, publishRequest } from '../../streams/support.js';
import { later, policy, startWithBackend } from './support.js';

const refused = { status: 403, body: {} };

test('a 403 to publishStream is logged and goes on, as long as errors are not to FAIL', async () => {
  const { backend, url, lines } = await startWithBackend();
  backend.answer('publishStream', refused);
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest({ custom: { a: 1 } }));
  await client.next('setRemoteSDP');
  const { body } = await backend.called('publishStream');
  expect(body).toMatchObject({
    nodeId: 'node-1',
    appKey: 'defaultApp',
    mediaSessionId: 'pub-1',
    name: 'cam',
    published: true,
    hasVideo: true,
    hasAudio: true,
    status: 'PENDING',
    record: true,
    mediaProvider: 'WebRTC',
    custom: { a: 1 },
    sdp: expect.stringMatching(/^v=0/),
  });
  expect(lines.join('')).toContain('it answered 403');
});

test.each([
  ['publishStream', publishRequest(), 'pub-1'],
  ['playStream', playRequest(), 'play-1'],
] as const)('a 403 to %s fails the stream where errors FAIL', async (method, request, id) => {
  const { backend, url } = await startWithBackend();
  backend.answer('connect', policy(method, { restOnError: 'FAIL', restExclude: 'sdp, custom' }));
  backend.answer(method, refused);
  const client = await Client.connect(url);
  client.send(method, request);
  expect((await client.next('notifyStreamStatusEvent')).data[0]).toMatchObject({
    mediaSessionId: id,
    status: 'FAILED',
    info: 'Restricted access',
  });
  const { body } = await backend.called(method);
  expect(body).not.toHaveProperty('sdp');
  const told = await backend.called('StreamStatusEvent', { mediaSessionId: id });
  expect(told.body).toMatchObject({ status: 'FAILED', info: 'Restricted access', appKey: 'defaultApp' });
});

test('the application may say that errors FAIL; a reason of the backend reaches the client', async () => {
  const { backend, url } = await startWithBackend({}, { onError: 'FAIL' });
  backend.answer('publishStream', { status: 403, body: { info: 'No licence' } });
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest());
  const [status] = (await client.next('notifyStreamStatusEvent')).data;
  expect(status).toMatchObject({ status: 'FAILED', info: 'No licence' });
});

test('checks that come before the hook spare the backend', async () => {
  const { backend, url } = await startWithBackend();
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest({ mediaSessionId: '' }));
  client.send('publishStream', publishRequest({ mediaSessionId: 'x', name: '' }));
  const infos = [await client.next('notifyStreamStatusEvent'), await client.next('notifyStreamStatusEvent')];
  expect(infos.map(({ data }) => data[0])).toMatchObject([
    { info: 'MediaSessionId is null' },
    { info: 'Stream not found' },
  ]);
  await backend.called('StreamStatusEvent', { mediaSessionId: 'x' });
  expect(backend.methods).not.toContain('publishStream');
});

test('OVERWRITE takes the fields that are listed, where they are of the right type, and no others', async () => {
  const { backend, url, service } = await startWithBackend();
  const answered: MediaSession[] = [];
  service.on('answer', (mediaSession) => answered.push(mediaSession));
  const overwrite = { restPolicy: 'OVERWRITE', restOverwrite: 'name,maxBitrate,record' };
  backend.answer('connect', policy('publishStream', overwrite));
  const body = { name: 'renamed', maxBitrate: -1, record: 'no', mediaSessionId: 'other', width: 5 };
  backend.answer('publishStream', { body });
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest());
  await client.next('setRemoteSDP');
  expect(answered).toMatchObject([{ id: 'pub-1', name: 'renamed' }]);
  expect(answered[0]?.request).toMatchObject({ maxBitrate: 0, record: true });
});

test('an overwritten name is checked as any other', async () => {
  const { backend, url } = await startWithBackend();
  backend.answer('connect', policy('playStream', { restPolicy: 'OVERWRITE', restOverwrite: 'name' }));
  backend.answer('playStream', { body: { name: '' } });
  const client = await Client.connect(url);
  client.send('playStream', playRequest());
  const [status] = (await client.next('notifyStreamStatusEvent')).data;
  expect(status).toMatchObject({ status: 'FAILED', info: 'Stream not found' });
});

test('NOTIFY takes nothing of the answer, DISABLE and a method left out make no call', async () => {
  const { backend, url, service, plane } = await startWithBackend(
    {},
    { methods: ['publishStream', 'playStream'] },
  );
  backend.answer('connect', policy('playStream', { restPolicy: 'DISABLE' }));
  backend.answer('publishStream', { body: { name: 'renamed' } });
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest());
  await client.next('setRemoteSDP');
  plane.last().listener.onStarted();
  expect(service.published('cam')).not.toBeNull();
  await client.next('notifyStreamStatusEvent');
  client.send('playStream', playRequest({ name: 'nobody' }));
  await client.next('notifyStreamStatusEvent');
  expect(backend.methods).toEqual(['connect', 'publishStream']);
});

test('events come after the calls that they belong to, and a slow backend keeps nobody else waiting', async () => {
  const { backend, url } = await startWithBackend();
  const answer = later();
  backend.answer('publishStream', async ({ body }) => {
    if (body.name === 'slow') await answer.promise;
    return {};
  });
  const [slow, quick] = [await Client.connect(url), await Client.connect(url)];
  slow.send('publishStream', publishRequest({ mediaSessionId: 'slow', name: 'slow' }));
  await backend.called('publishStream', { name: 'slow' });
  // It ends while its backend still thinks: the client hears at once, the backend afterwards.
  slow.send('unPublishStream', { mediaSessionId: 'slow' });
  const [ended] = (await slow.next('notifyStreamStatusEvent')).data;
  expect(ended).toMatchObject({ status: 'UNPUBLISHED' });
  quick.send('publishStream', publishRequest({ mediaSessionId: 'quick', name: 'quick' }));
  await quick.next('setRemoteSDP');
  answer.keep();
  await backend.called('StreamStatusEvent', { mediaSessionId: 'slow' });
  const own = backend.calls.items.filter(({ body }) => body.mediaSessionId === 'slow');
  expect(own.map(({ method }) => method)).toEqual(['publishStream', 'unPublishStream', 'StreamStatusEvent']);
  expect(slow.frames.filter(({ message }) => message === 'setRemoteSDP')).toEqual([]);
});

test('an event that fails where errors FAIL reaches the client as ErrorEvent, and nothing ends', async () => {
  const { backend, url } = await startWithBackend();
  backend.answer(
    'connect',
    policy('StreamStatusEvent', { restOnError: 'FAIL', clientExclude: 'name,info,status' }),
  );
  backend.answer('StreamStatusEvent', { status: 500 });
  const client = await Client.connect(url);
  client.send('playStream', playRequest());
  const [status] = (await client.next('notifyStreamStatusEvent')).data;
  expect(status).toMatchObject({ mediaSessionId: 'play-1', status: 'FAILED' });
  expect(status).not.toHaveProperty('name');
  expect(status).not.toHaveProperty('info');
  expect((await client.next('fail')).data).toEqual([
    { apiMethod: 'ErrorEvent', id: 'play-1', status: 'FAILED', info: 'StreamStatusEvent: Failed by error' },
  ]);
});

test.each([
  ['FAIL', 403, true],
  ['FAIL', 500, false],
  ['LOG', 403, false],
])('StreamKeepAliveEvent, errors %s, answered with %i: ends the stream: %s', async (onError, status, ends) => {
  const settings = { 'hooks.keepStreamsAlive': true, 'hooks.streamKeepAliveInterval': 1000 };
  const { backend, url, plane } = await startWithBackend(settings, { onError });
  backend.answer('StreamKeepAliveEvent', { status });
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest());
  await client.next('setRemoteSDP');
  plane.last().listener.onStarted();
  await client.next('notifyStreamStatusEvent');
  const { body } = await backend.called('StreamKeepAliveEvent', { mediaSessionId: 'pub-1' });
  expect(body).toMatchObject({ name: 'cam', status: 'PUBLISHING', mediaType: 'publish' });
  if (ends) {
    const [ended] = (await client.next('notifyStreamStatusEvent')).data;
    expect(ended).toMatchObject({ status: 'FAILED', info: 'Terminated by keep-alive' });
  } else {
    client.send('unPublishStream', { mediaSessionId: 'pub-1' });
    const [ended] = (await client.next('notifyStreamStatusEvent')).data;
    expect(ended).toMatchObject({ status: 'UNPUBLISHED' });
  }
});
