import { expect, test } from 'vitest';
import type { HookCall } from '../../../../src/plugins/hooks/index.js';
import { Client } from '../../signaling/support.js';
import { publishRequest } from '../../streams/support.js';
import { later, startWithBackend } from './support.js';

/** Starts, and keeps what is told of calls. */
async function observed(settings: Readonly<Record<string, unknown>> = {}) {
  const started = await startWithBackend(settings);
  const calls: HookCall[] = [];
  started.hooks.observe((call) => calls.push(call));
  const outcomes = () => calls.map(({ method, outcome }) => `${method} ${outcome}`);
  return { ...started, calls, outcomes };
}

test('each call is told of, with what came of it', async () => {
  const { backend, url, outcomes, calls } = await observed();
  const client = await Client.connect(url);
  const publish = async (id: string) => {
    client.send('publishStream', publishRequest({ mediaSessionId: id, name: id }));
    await client.next('setRemoteSDP');
  };
  await publish('a');
  backend.answer('publishStream', { status: 403 });
  await publish('b');
  backend.answer('publishStream', { status: 503 });
  await publish('c');
  expect(outcomes()).toEqual([
    'connect accepted',
    'ConnectionStatusEvent accepted',
    'publishStream accepted',
    'publishStream refused',
    'publishStream failed',
  ]);
  for (const { seconds } of calls) expect(seconds).toBeGreaterThan(0);
});

test('so is one that is not answered in time, and one that is not made', async () => {
  const { backend, url, outcomes, calls } = await observed({
    ...{ 'hooks.timeout': 200, 'hooks.breakerFailures': 1, 'hooks.breakerPause': 60_000 },
  });
  const client = await Client.connect(url);
  await backend.called('ConnectionStatusEvent', {});
  const { promise, keep } = later();
  backend.answer('publishStream', async () => {
    await promise;
    return {};
  });
  for (const id of ['a', 'b']) {
    client.send('publishStream', publishRequest({ mediaSessionId: id, name: id }));
    await client.next('setRemoteSDP');
  }
  keep();
  expect(outcomes().slice(2)).toEqual(['publishStream timeout', 'publishStream skipped']);
  expect(calls[2]!.seconds).toBeGreaterThan(0.19);
});
