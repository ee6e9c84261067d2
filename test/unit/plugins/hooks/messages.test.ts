import { expect, test } from 'vitest';
import { Client } from '../../signaling/support.js';
import { publishRequest } from '../../streams/support.js';
import { later, policy, startWithBackend } from './support.js';

const data = { operationId: 'op-1', payload: { any: 'thing' } };

test('sendData is asked as OnDataEvent: accepted unless the backend refuses and errors FAIL', async () => {
  const { backend, url } = await startWithBackend();
  backend.answer('connect', policy('OnDataEvent', { restOnError: 'FAIL' }));
  const client = await Client.connect(url);
  client.send('sendData', data);
  expect((await client.next('DataStatusEvent')).data[0]).toEqual({ operationId: 'op-1', status: 'ACCEPTED' });
  expect((await backend.called('OnDataEvent')).body).toMatchObject(data);
  backend.answer('OnDataEvent', { status: 403, body: { info: 'No data, please' } });
  client.send('sendData', data);
  expect((await client.next('DataStatusEvent')).data[0]).toEqual({
    operationId: 'op-1',
    status: 'FAILED',
    info: 'No data, please',
  });
  client.send('DataStatusEvent', { operationId: 'x', status: 'ACCEPTED' });
  await backend.called('DataStatusEvent', { operationId: 'x' });
});

test('a client that leaves while its data is judged joins no room', async () => {
  const { backend, url, server } = await startWithBackend({ 'rooms.appKeys': ['defaultApp'] });
  const answer = later();
  backend.answer('OnDataEvent', async ({ body }) => {
    if (body.operationId === 'gone') await answer.promise;
    return {};
  });
  const join = (operationId: string) => ({
    operationId,
    payload: { command: 'join', options: { name: 'r' } },
  });
  const gone = await Client.connect(url, { custom: { login: 'gone' } });
  gone.send('sendData', join('gone'));
  await backend.called('OnDataEvent', { operationId: 'gone' });
  gone.socket.terminate();
  await expect.poll(() => server['connections'].size).toBe(0);
  answer.keep();
  await backend.called('ConnectionStatusEvent', { status: 'DISCONNECTED' });
  const other = await Client.connect(url, { custom: { login: 'other' } });
  other.send('sendData', join('stays'));
  expect((await other.next('OnDataEvent')).data[0]).toMatchObject({ payload: { name: 'STATE', info: [] } });
});

test('a snapshot and a bug report can be refused', async () => {
  const { backend, url } = await startWithBackend({}, { onError: 'FAIL' });
  backend.answer('snapshot', { status: 403, body: {} });
  backend.answer('submitBugReport', { status: 403, body: {} });
  const client = await Client.connect(url);
  client.send('snapshot', { mediaSessionId: 's', name: 'cam' });
  expect((await client.next('notifyStreamEvent')).data[0]).toEqual({
    mediaSessionId: 's',
    type: 'snapshotFailed',
    payload: { info: 'Restricted access' },
  });
  client.send('submitBugReport', { text: 'it is broken' });
  expect((await client.next('fail')).data[0]).toEqual({
    apiMethod: 'submitBugReport',
    info: 'Restricted access',
  });
  expect((await backend.called('submitBugReport')).body).toMatchObject({ text: 'it is broken' });
});

test('stream events are told; lines of logs only where the application asks for them', async () => {
  const { backend, url } = await startWithBackend();
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest());
  client.send('pushLogs', { logs: 'a line' });
  client.send('sendStreamEvent', { mediaSessionId: 'pub-1', type: 'data', payload: [1] });
  const { body } = await backend.called('StreamEvent');
  expect(body).toMatchObject({ mediaSessionId: 'pub-1', name: 'cam', type: 'data', payload: [1] });
  expect(backend.methods).not.toContain('pushLogs');

  const asked = await startWithBackend({}, { methods: ['pushLogs'] });
  const other = await Client.connect(asked.url);
  other.send('pushLogs', { logs: 'a line' });
  await asked.backend.called('pushLogs', { logs: 'a line' });
});

test('so many calls about one client wait and no more; nobody else is concerned', async () => {
  const { backend, url, lines } = await startWithBackend({ 'hooks.maxQueuePerSession': 3 });
  const answer = later();
  backend.answer('OnDataEvent', async () => {
    await answer.promise;
    return {};
  });
  const client = await Client.connect(url);
  await backend.called('ConnectionStatusEvent', { status: 'ESTABLISHED' });
  await expect.poll(() => backend.open).toBe(0);
  for (let count = 0; count < 6; count += 1) client.send('sendData', { ...data, operationId: `op-${count}` });
  await expect.poll(() => lines.join('')).toContain('too many calls about this client wait');
  await Client.connect(url);
  answer.keep();
  for (let count = 0; count < 6; count += 1) await client.next('DataStatusEvent');
  expect(backend.methods.filter((method) => method === 'OnDataEvent').length).toBeLessThan(6);
});
