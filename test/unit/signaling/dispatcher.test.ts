import { expect, test } from 'vitest';
import type { SignalingExtension } from '../../../src/signaling/index.js';
import { Client, startSignaling } from './support.js';

const broken = () => {
  throw new Error('broken');
};

test.each<[string, SignalingExtension]>([
  ['whose handler throws', { handlers: { sendData: broken } }],
  ['whose handler rejects', { handlers: { sendData: async () => broken() } }],
  ['that fails at a welcome', { handlers: {}, welcome: broken }],
  ['that fails at a message', { handlers: {}, onMessage: broken }],
  ['that fails at traffic', { handlers: {}, onTraffic: broken }],
  ['that fails at the end', { handlers: {}, onEnd: broken }],
])('an extension %s hurts neither its client nor others', async (_what, extension) => {
  const ended: string[] = [];
  const bystander: SignalingExtension = {
    handlers: {},
    welcome: () => ({ extra: 1 }),
    onEnd: ({ session }) => ended.push(session.id),
  };
  const { url } = await startSignaling({}, () => [extension, bystander]);
  const client = await Client.open(url);
  client.send('connection', {});
  expect((await client.next('getUserData')).data[0]).toMatchObject({ extra: 1 });
  client.send('sendData', { operationId: 'o', payload: 1 });
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  client.socket.close();
  await expect.poll(() => ended.length).toBe(1);
  await Client.connect(url);
});

test('an extension hears the name of every message, but of the first', async () => {
  const names: string[] = [];
  const { url } = await startSignaling({}, () => [
    { handlers: {}, onMessage: (_client, name) => names.push(name) },
  ]);
  const client = await Client.connect(url);
  client.send('sendXyz', {});
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  expect(names).toEqual(['unknown', 'availableStream']);
});

test('two extensions cannot take the same message', async () => {
  const handlers = { sendData: () => {} };
  await expect(startSignaling({}, () => [{ handlers }, { handlers }])).rejects.toThrow(
    'sendData is taken twice',
  );
});

test('who is asked whether a client may connect, and breaks, keeps it out; the first refusal counts', async () => {
  const asked: string[] = [];
  const door = (name: string, refused: string | null): SignalingExtension => ({
    handlers: {},
    admit: async () => {
      asked.push(name);
      return { refused };
    },
  });
  const closed = await startSignaling({ refusedCloseCode: 4000 }, () => [
    door('a', null),
    door('b', 'No'),
    door('c', 'Never'),
  ]);
  const client = await Client.open(closed.url);
  client.send('connection', {});
  expect((await client.next('fail')).data[0]).toMatchObject({ status: 'FAILED', info: 'No' });
  expect(await client.closed).toEqual({ code: 4000, reason: 'No' });
  expect(asked).toEqual(['a', 'b']);

  const wrong = await startSignaling({}, () => [{ handlers: {}, admit: async () => broken() }]);
  const other = await Client.open(wrong.url);
  other.send('connection', {});
  expect((await other.next('fail')).data[0]).toMatchObject({ info: 'Restricted access' });
  expect((await other.closed).code).toBe(1008);
});

test('a message may be held, changed or kept from its handler', async () => {
  const handled: unknown[] = [];
  const { url } = await startSignaling({}, () => [
    {
      handlers: { sendData: ({ payload }) => void handled.push(payload) },
      before: (message) => {
        if (message.name !== 'sendData') return null;
        const { operationId, payload } = message.data;
        if (payload === 'drop') return Promise.resolve(null);
        return Promise.resolve({ ...message, data: { operationId, payload: `${payload}!` } });
      },
    },
    {
      handlers: {},
      before: (message) => {
        if (message.name === 'sendData' && message.data.payload === 'break!') broken();
        return null;
      },
    },
  ]);
  const client = await Client.connect(url);
  for (const payload of ['a', 'drop', 'break', 'b']) client.send('sendData', { operationId: 'o', payload });
  client.send('availableStream', { mediaSessionId: 'q', name: 'x' });
  await client.next('availableStream');
  await expect.poll(() => handled).toEqual(['a!', 'b!']);
});
