import { expect, test } from 'vitest';
import type { Playback, Publication } from '../../../src/streams/index.js';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

/** One publisher, two players that play, one that has only asked. */
async function audience() {
  const made = makeService();
  const publisher = makeSession();
  await made.service.publish(publisher, publishRequest());
  made.plane.last().listener.onStarted();
  const player = makeSession();
  for (const id of ['play-1', 'play-2', 'play-3']) {
    await made.service.play(player, playRequest({ mediaSessionId: id }));
    if (id !== 'play-3') made.plane.last().listener.onStarted();
  }
  made.log.length = 0;
  const publication = publisher.mediaSessions.get('pub-1') as Publication;
  return { ...made, publisher, player, publication };
}

test.each([
  ['audioMuted', { audio: true, video: false }],
  ['videoMuted', { audio: false, video: true }],
  ['audioUnmuted', { audio: false, video: false }],
  ['videoUnmuted', { audio: false, video: false }],
])('%s is stored and told to every player that plays', async (type, { audio, video }) => {
  const { service, publisher, publication, log } = await audience();
  service.sendEvent(publisher, 'pub-1', type, undefined);
  expect([publication.audioMuted, publication.videoMuted]).toEqual([audio, video]);
  expect(log).toEqual([`play-1 ${type} undefined`, `play-2 ${type} undefined`]);
});

test('unmuting undoes muting, and only of its kind', async () => {
  const { service, publisher, publication } = await audience();
  for (const type of ['audioMuted', 'videoMuted', 'audioUnmuted'])
    service.sendEvent(publisher, 'pub-1', type, undefined);
  expect([publication.audioMuted, publication.videoMuted]).toEqual([false, true]);
});

test('data is passed on verbatim and not kept', async () => {
  const { service, publisher, publication, log } = await audience();
  service.sendEvent(publisher, 'pub-1', 'data', { count: 23, list: [null] });
  expect(log).toEqual(['play-1 data {"count":23,"list":[null]}', 'play-2 data {"count":23,"list":[null]}']);
  expect([publication.audioMuted, publication.videoMuted]).toEqual([false, false]);
});

test('muting before the first media is remembered', async () => {
  const { service } = makeService();
  const session = makeSession();
  await service.publish(session, publishRequest());
  service.sendEvent(session, 'pub-1', 'videoMuted', undefined);
  expect((session.mediaSessions.get('pub-1') as Publication).videoMuted).toBe(true);
});

test.each([
  ['an unknown type', 'pub-1', 'explode'],
  ['a type that only servers send', 'pub-1', 'resize'],
  ['no type', 'pub-1', ''],
  ['an unknown media session', 'pub-9', 'audioMuted'],
])('%s concerns nobody', async (_what, id, type) => {
  const { service, publisher, publication, log } = await audience();
  service.sendEvent(publisher, id, type, { a: 1 });
  expect(log).toEqual([]);
  expect(publication.audioMuted).toBe(false);
});

test('neither a player’s own mute nor another session’s event reaches the stream', async () => {
  const { service, player, publication, log } = await audience();
  service.sendEvent(player, 'play-1', 'audioMuted', undefined);
  service.sendEvent(player, 'pub-1', 'audioMuted', undefined);
  service.sendEvent(makeSession(), 'pub-1', 'audioMuted', undefined);
  expect(log).toEqual([]);
  expect(publication.audioMuted).toBe(false);
  expect((player.mediaSessions.get('play-1') as Playback).publication).toBe(publication);
});
