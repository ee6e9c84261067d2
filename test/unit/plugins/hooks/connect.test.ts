import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { Client } from '../../signaling/support.js';
import { publishRequest } from '../../streams/support.js';
import { later, startWithBackend } from './support.js';

const refusal = {
  message: 'fail',
  data: [{ apiMethod: 'ConnectionStatusEvent', status: 'FAILED', info: 'Restricted access' }],
};

test('connect is posted with who the client is, before the client hears anything', async () => {
  const { backend, url } = await startWithBackend({}, { secret: 'key' });
  const client = await Client.open(url);
  client.send('connection', { mediaProviders: ['WebRTC'], custom: { token: 't' }, authToken: 'mine' });
  const { body, text, headers } = await backend.called('connect');
  expect(body).toEqual({
    nodeId: 'node-1',
    appKey: 'defaultApp',
    sessionId: expect.stringMatching(/.{12}/),
    mediaProviders: ['WebRTC'],
    clientVersion: '',
    clientOSVersion: '',
    clientBrowserVersion: '',
    custom: { token: 't' },
    remoteAddress: '127.0.0.1',
  });
  const hash = (name: string) => createHmac(name, 'key').update(text).digest('hex');
  expect(headers).toMatchObject({
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: `WCS ${hash('md5')}`,
    'x-sluice-signature': `sha256=${hash('sha256')}`,
  });
  await client.next('getUserData');
  await backend.called('ConnectionStatusEvent', { status: 'ESTABLISHED' });
  client.socket.close();
  await backend.called('ConnectionStatusEvent', { status: 'DISCONNECTED' });
});

test('a user name is sent as HTTP has it, the other signature remains', async () => {
  const { backend, url } = await startWithBackend({}, { username: 'u', password: 'p:q', secret: 'key' });
  await Client.connect(url);
  const { headers } = await backend.called('connect');
  expect(headers.authorization).toBe(`Basic ${Buffer.from('u:p:q').toString('base64')}`);
  expect(headers['x-sluice-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test.each([
  [403, 'Restricted access'],
  [401, 'Restricted access'],
  [302, 'Restricted access'],
  [204, 'Restricted access'],
  [500, 'Failed by error'],
])('a connect answered with %i is refused', async (status, info) => {
  const { backend, url, lines } = await startWithBackend();
  const headers = { location: `${backend.url}/elsewhere` };
  backend.answer('connect', { status, text: status === 204 ? '' : '{}', headers });
  const client = await Client.open(url);
  client.send('connection', {});
  expect(await client.next('fail')).toEqual({ ...refusal, data: [{ ...refusal.data[0], info }] });
  expect(await client.closed).toEqual({ code: 1008, reason: info });
  expect(client.frames).toEqual([]);
  // No redirect was followed, and nobody was told of a session that never was.
  expect(backend.methods).toEqual(['connect']);
  expect(lines.join('')).toContain('session refused');
});

test('the backend may say why, and the operator how the socket is closed', async () => {
  const { backend, url } = await startWithBackend({ 'signaling.refusedCloseCode': 4001 });
  backend.answer('connect', { status: 402, body: { info: 'Pay\nfirst' } });
  const client = await Client.open(url);
  client.send('connection', {});
  expect((await client.next('fail')).data).toEqual([
    { apiMethod: 'ConnectionStatusEvent', status: 'FAILED', info: 'Pay first' },
  ]);
  expect((await client.closed).code).toBe(4001);
});

test('an appKey that is not configured is refused, one without a backend is let in', async () => {
  const applications = { roomApp: {} };
  const { url, backend } = await startWithBackend({ 'hooks.applications': applications });
  const stranger = await Client.open(url);
  stranger.send('connection', { appKey: 'defaultApp' });
  expect(await stranger.next('fail')).toEqual(refusal);
  await stranger.closed;
  await Client.connect(url, { appKey: 'roomApp' });
  const odd = await Client.open(url);
  odd.send('connection', { appKey: '__proto__' });
  expect(await odd.next('fail')).toEqual(refusal);
  expect(backend.methods).toEqual([]);
});

test('what comes before the answer waits for it, in order', async () => {
  const { backend, url } = await startWithBackend();
  const answer = later();
  backend.answer('connect', async () => {
    await answer.promise;
    return {};
  });
  const client = await Client.open(url);
  client.send('connection', {});
  client.send('availableStream', { mediaSessionId: '1', name: 'x' });
  client.send('connection', {});
  client.send('availableStream', { mediaSessionId: '2', name: 'x' });
  await backend.called('connect');
  expect(client.frames).toEqual([]);
  answer.keep();
  await client.next('getVersion');
  const ids = [await client.next('availableStream'), await client.next('availableStream')];
  expect(ids.map(({ data }) => data[0])).toMatchObject([{ id: '1' }, { id: '2' }]);
  expect(backend.methods.filter((method) => method === 'connect')).toHaveLength(1);
});

test('a client that says too much before the answer is closed', async () => {
  const { backend, url } = await startWithBackend();
  backend.answer('connect', () => later().promise.then(() => ({})));
  const client = await Client.open(url);
  client.send('connection', {});
  for (let count = 0; count <= 64; count += 1) client.send('pong', null);
  expect(await client.closed).toMatchObject({ code: 1008 });
});

test('a client that leaves before the answer leaves nothing', async () => {
  const { backend, url, server } = await startWithBackend();
  const answer = later();
  backend.answer('connect', async () => {
    await answer.promise;
    return {};
  });
  const client = await Client.open(url);
  client.send('connection', { keepAlive: true });
  client.send('publishStream', publishRequest());
  await backend.called('connect');
  client.socket.terminate();
  await expect.poll(() => server['connections'].size).toBe(0);
  answer.keep();
  const other = await Client.connect(url);
  await backend.called('ConnectionStatusEvent', { status: 'ESTABLISHED' });
  expect(backend.methods).toEqual(['connect', 'connect', 'ConnectionStatusEvent']);
  expect(other.frames.map(({ message }) => message)).toEqual(['getUserData']);
});

test('who comes back and leaves before the answer can come back again, and is who it was', async () => {
  const { backend, url, server } = await startWithBackend();
  const first = await Client.open(url);
  first.send('connection', { keepAlive: true, custom: { login: 'alice' } });
  const { authToken } = (await first.next('getUserData')).data[0] as { authToken: string };
  first.socket.terminate();
  await backend.called('ConnectionStatusEvent', { status: 'DISCONNECTED' });
  const answer = later();
  const connects: unknown[] = [];
  backend.answer('connect', async ({ body }) => {
    connects.push(body.custom);
    if (connects.length === 1) await answer.promise;
    return {};
  });
  const second = await Client.open(url);
  second.send('connection', { keepAlive: true, authToken });
  await expect.poll(() => connects.length).toBe(1);
  second.socket.terminate();
  await expect.poll(() => server['connections'].size).toBe(0);
  answer.keep();
  await expect.poll(() => backend.open).toBe(0);
  const third = await Client.open(url);
  third.send('connection', { keepAlive: true, authToken });
  expect((await third.next('getUserData')).data[0]).toMatchObject({ authToken });
  expect(connects).toEqual([{ login: 'alice' }, { login: 'alice' }]);
});

test('the answer to connect gives the client a login and says who it is', async () => {
  const { backend, url } = await startWithBackend({
    'hooks.applications': {},
  });
  expect(backend.methods).toEqual([]);
  const open = await Client.connect(url, { appKey: 'any' });
  expect(open.frames).toHaveLength(1);

  const other = await startWithBackend();
  other.backend.answer('connect', { body: { login: 'alice', custom: { login: 'alice' } } });
  const client = await Client.open(other.url);
  client.send('connection', { custom: { login: 'mallory' } });
  expect((await client.next('getUserData')).data[0]).toMatchObject({ login: 'alice' });
  const { body } = await other.backend.called('ConnectionStatusEvent', { status: 'ESTABLISHED' });
  expect(body.custom).toEqual({ login: 'alice' });
});

test('an answer that is too large, or none in time, is an error', async () => {
  const { backend, url, lines } = await startWithBackend({
    'hooks.maxResponseSize': 1024,
    'hooks.timeout': 100,
  });
  backend.answer('connect', { text: `{"a":"${'x'.repeat(2000)}"}` });
  const client = await Client.open(url);
  client.send('connection', {});
  await client.next('fail');
  expect(lines.join('')).toContain('its answer is too large');
  backend.answer('connect', () => later().promise.then(() => ({})));
  const other = await Client.open(url);
  other.send('connection', {});
  expect((await other.next('fail')).data[0]).toMatchObject({ info: 'Failed by error' });
  expect(lines.join('')).toContain('it did not answer in time');
});
