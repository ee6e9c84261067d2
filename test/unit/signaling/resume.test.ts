import { expect, test } from 'vitest';
import { playRequest, publishRequest } from '../streams/support.js';
import { Client, startSignaling } from './support.js';

const mobile = {
  appKey: 'callApp',
  mediaProviders: ['WebRTC'],
  clientVersion: '2.1',
  keepAlive: true,
  sipLogin: 'alice',
  sipDomain: 'example.org',
  sipPassword: 'secret',
};

async function join(url: string, fields: object) {
  const client = await Client.open(url);
  client.send('connection', fields);
  const userData = (await client.next('getUserData')).data[0] as Record<string, unknown>;
  return { client, userData, token: userData.authToken as string };
}

/** Leaves, and waits until the server knows. */
async function leave({ client }: { client: Client }, url: string): Promise<void> {
  client.socket.terminate();
  await client.closed;
  await Client.connect(url);
}

test('keepAlive: the token alone brings back who the client was, under the same token', async () => {
  const { url } = await startSignaling();
  const first = await join(url, mobile);
  await leave(first, url);
  const second = await join(url, { authToken: first.token, keepAlive: true });
  expect(second.userData).toEqual(first.userData);
  expect(second.userData).toMatchObject({ keepAlive: true, sipLogin: 'alice', clientVersion: '2.1' });
  expect(JSON.stringify(second.userData)).not.toContain('secret');
});

test('what the client says of its software is new, who it is stays', async () => {
  const { url } = await startSignaling();
  const first = await join(url, mobile);
  await leave(first, url);
  const fields = { authToken: first.token, clientVersion: '3.0', sipLogin: 'mallory', appKey: 'otherApp' };
  const { userData } = await join(url, fields);
  expect(userData).toMatchObject({ clientVersion: '3.0', sipLogin: 'alice', keepAlive: true });
});

test('who comes back before its old socket is known to be dead takes its place', async () => {
  const { url, plane } = await startSignaling();
  const first = await join(url, mobile);
  first.client.send('publishStream', publishRequest());
  await first.client.next('setRemoteSDP');
  plane.last().listener.onStarted();
  const second = await join(url, { authToken: first.token, keepAlive: true });
  expect(second.token).toBe(first.token);
  expect(await first.client.closed).toEqual({ code: 1000, reason: 'the session goes on elsewhere' });
  expect(plane.last().closed).toBe(1);
  second.client.send('publishStream', publishRequest({ mediaSessionId: 'pub-2' }));
  await second.client.next('setRemoteSDP');
});

test('after that the new socket gets what concerns the session', async () => {
  const { url, plane } = await startSignaling();
  const first = await join(url, mobile);
  const second = await join(url, { authToken: first.token });
  await first.client.closed;
  second.client.send('publishStream', publishRequest());
  await second.client.next('setRemoteSDP');
  plane.last().listener.onStarted();
  second.client.send('playStream', playRequest());
  await second.client.next('notifyAudioCodec');
});

test.each([
  ['no keepAlive was asked for', { keepAlive: false }, (token: string) => token],
  ['the token is another', mobile, (token: string) => `${token.slice(0, -1)}!`],
  ['the token is empty', mobile, () => ''],
])('a new session when %s', async (_why, fields, change) => {
  const { url } = await startSignaling();
  const first = await join(url, { ...mobile, ...fields });
  await leave(first, url);
  const second = await join(url, { authToken: change(first.token) });
  expect(second.token).not.toBe(first.token);
  expect(second.userData.sipLogin).toBeUndefined();
});

test('a live session that did not ask for keepAlive cannot be taken over', async () => {
  const { url } = await startSignaling();
  const first = await join(url, { ...mobile, keepAlive: false });
  const second = await join(url, { authToken: first.token, keepAlive: true });
  expect(second.token).not.toBe(first.token);
  expect(first.client.socket.readyState).toBe(first.client.socket.OPEN);
});

test('the time to come back is limited', async () => {
  const { url } = await startSignaling({ keepAliveTimeout: 20 });
  const first = await join(url, mobile);
  await leave(first, url);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const second = await join(url, { authToken: first.token, keepAlive: true });
  expect(second.token).not.toBe(first.token);
});

test('so is the number of those who may: the one that left first is forgotten', async () => {
  const { url } = await startSignaling({ maxKeptSessions: 2 });
  const clients = [];
  for (const sipLogin of ['a', 'b', 'c']) {
    const client = await join(url, { ...mobile, sipLogin });
    await leave(client, url);
    clients.push(client);
  }
  const logins = [];
  for (const { token } of clients) logins.push((await join(url, { authToken: token })).userData.sipLogin);
  expect(logins).toEqual([undefined, 'b', 'c']);
});

test('who is disconnected by the administrator is gone at once, and does not come back', async () => {
  const { url, server } = await startSignaling();
  const first = await join(url, mobile);
  const [connected] = server.clients();
  expect(connected).toMatchObject({ clientVersion: '2.1', keepAlive: true, mediaProviders: ['WebRTC'] });
  const id = connected?.session.id ?? '';
  expect(server.client(id)?.session).toBe(connected?.session);
  expect(server.disconnect(id, 'out')).toBe(true);
  expect(server.client(id)).toBeNull();
  expect(server.disconnect(id, 'out')).toBe(false);
  expect(await first.client.closed).toEqual({ code: 1000, reason: 'out' });
  const second = await join(url, { authToken: first.token, keepAlive: true });
  expect(second.token).not.toBe(first.token);
  expect(second.userData).not.toHaveProperty('sipLogin', 'alice');
});
