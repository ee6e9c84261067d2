import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Breaker } from '../../../../src/plugins/hooks/breaker.js';
import { Policies } from '../../../../src/plugins/hooks/policies.js';
import { Turns } from '../../../../src/plugins/hooks/turns.js';
import { TestBackend } from '../../../support/backend.js';
import { Client } from '../../signaling/support.js';
import { publishRequest } from '../../streams/support.js';
import { startWithBackend } from './support.js';

const never = new Promise(() => {});

test('the breaker opens after so many failures in a row, tries one call after a pause, and closes when it is answered', () => {
  const breaker = new Breaker(2, 100);
  const call = (answered: boolean, now: number) => [breaker.enter(now), breaker.leave(answered, now)];
  expect(call(false, 0)).toEqual([true, false]);
  expect(call(true, 0)).toEqual([true, false]);
  expect(call(false, 0)).toEqual([true, false]);
  expect(call(false, 10)).toEqual([true, true]);
  expect(breaker.enter(109)).toBe(false);
  expect(breaker.enter(110)).toBe(true);
  // One at a time tries.
  expect([breaker.enter(110), breaker.isOpen(110)]).toEqual([false, true]);
  expect(breaker.leave(false, 120)).toBe(false);
  expect(breaker.enter(219)).toBe(false);
  expect(breaker.enter(220)).toBe(true);
  expect(breaker.leave(true, 221)).toBe(true);
  expect([breaker.enter(221), breaker.enter(221)]).toEqual([true, true]);
});

test('turns are given in order, no more than allowed, and a turn that comes too late is the next one’s', async () => {
  const turns = new Turns(1, 2);
  expect(await turns.enter(never)).toBe(true);
  let giveUp = () => {};
  const late = turns.enter(
    new Promise<void>((resolve) => {
      giveUp = resolve;
    }),
  );
  const last = turns.enter(never);
  expect(await turns.enter(never)).toBe(false);
  giveUp();
  expect(await late).toBe(false);
  expect(turns.queued).toBe(1);
  turns.leave();
  expect(await last).toBe(true);
  turns.leave();
  expect(await turns.enter(never)).toBe(true);
});

test.each([
  ['nothing', undefined],
  ['a text', 'x'],
  ['a list', [1]],
  ['wrong entries', { publishStream: 7, playStream: null }],
  [
    'wrong fields',
    { publishStream: { restOnError: 1, restPolicy: 'ALL', restExclude: {}, restOverwrite: ['a'] } },
  ],
])('policies from %s are the defaults', (_what, config) => {
  expect(new Policies(config, 'LOG').of('publishStream')).toEqual({
    clientExclude: new Set(),
    restExclude: new Set(),
    restOnError: 'LOG',
    restPolicy: 'NOTIFY',
    restOverwrite: new Set(),
  });
});

test('policies are read in any case of letters, lists with blanks', () => {
  const config = {
    a: { restOnError: 'fail', restPolicy: 'Overwrite', restOverwrite: ' x , ,y', clientExclude: '' },
  };
  expect(new Policies(config, 'LOG').of('a')).toEqual({
    clientExclude: new Set(),
    restExclude: new Set(),
    restOnError: 'FAIL',
    restPolicy: 'OVERWRITE',
    restOverwrite: new Set(['x', 'y']),
  });
  expect(new Policies(config, 'FAIL').of('b').restOnError).toBe('FAIL');
});

test('a backend has no more calls at the same time than it may', async () => {
  const { backend, url, hooks } = await startWithBackend({ 'hooks.maxConcurrent': 2 });
  let let6 = () => {};
  const gate = new Promise<void>((resolve) => {
    let6 = resolve;
  });
  backend.answer('connect', async () => {
    await gate;
    return {};
  });
  const clients = Array.from({ length: 6 }, () => Client.connect(url));
  const counts = () => [backend.open, hooks.statistics()[0]?.queued];
  await expect.poll(counts, { timeout: 20_000 }).toEqual([2, 4]);
  let6();
  await Promise.all(clients);
  expect(backend.mostOpen).toBe(2);
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('while its backend is down, streams of LOG go on, those of FAIL fail at once; it is tried again', async () => {
  const { backend, url, lines, hooks } = await startWithBackend(
    { 'hooks.breakerFailures': 2, 'hooks.breakerPause': 100 },
    { methods: ['publishStream'] },
  );
  backend.answer('connect', ({ body }) => ({
    body: { restClientConfig: body.custom ? { publishStream: { restOnError: 'FAIL' } } : {} },
  }));
  const [logs, fails] = [await Client.connect(url), await Client.connect(url, { custom: { a: 1 } })];
  const port = Number(new URL(backend.url).port);
  await backend.close();
  for (const id of ['1', '2', '3'])
    logs.send('publishStream', publishRequest({ mediaSessionId: id, name: id }));
  for (let count = 0; count < 3; count += 1) await logs.next('setRemoteSDP');
  fails.send('publishStream', publishRequest({ mediaSessionId: '4', name: '4' }));
  expect((await fails.next('notifyStreamStatusEvent')).data[0]).toMatchObject({ info: 'Failed by error' });
  const told = lines.join('');
  expect(told).toContain('backend is down, hooks fail at once');
  expect(told).toContain('the backend is down, it is not called');
  expect(hooks.statistics()).toEqual([{ appKey: 'defaultApp', queued: 0, down: expect.any(Boolean) }]);

  const again = await TestBackend.start(port);
  onTestFinished(() => again.close());
  await expect
    .poll(async () => {
      const client = await Client.open(url);
      client.send('connection', {});
      await Promise.race([client.next('getVersion'), client.closed]);
      return client.frames.some(({ message }) => message === 'getUserData');
    })
    .toBe(true);
  expect(lines.join('')).toContain('backend is up again');
});

test('what a client can make a backend do does not make it count as down', async () => {
  const { backend, url, lines } = await startWithBackend({
    'hooks.breakerFailures': 1,
    'hooks.maxResponseSize': 1024,
  });
  const client = await Client.connect(url);
  backend.answer('OnDataEvent', { text: 'x'.repeat(2000) });
  client.send('sendData', { operationId: '1', payload: 1 });
  await client.next('DataStatusEvent');
  backend.answer('OnDataEvent', { status: 500 });
  client.send('sendData', { operationId: '2', payload: 1 });
  await client.next('DataStatusEvent');
  expect(lines.join('')).toContain('its answer is too large');
  await Client.connect(url);
  backend.answer('OnDataEvent', { status: 503 });
  client.send('sendData', { operationId: '3', payload: 1 });
  await client.next('DataStatusEvent');
  expect(lines.join('')).toContain('backend is down');
});

test('nobody connects while the backend is down', async () => {
  const port = await freePort();
  const applications = { defaultApp: { url: `http://127.0.0.1:${port}` } };
  const { url } = await startWithBackend({ 'hooks.applications': applications });
  const client = await Client.open(url);
  client.send('connection', {});
  expect((await client.next('fail')).data[0]).toMatchObject({ info: 'Failed by error' });
});
