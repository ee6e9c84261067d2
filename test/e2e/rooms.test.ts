import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RoomPage, roomScripts } from '../support/browser/room-page.js';
import type { SdkStream } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_640, expectGrowth } from '../support/core-case.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

// One conversation, told in steps: each begins where the one before has ended.
describe("video chat with the SDK's Room API: two pages of Chromium, one of Firefox", () => {
  let stage: Stage | undefined;
  let chromium: Browser;
  let ann: RoomPage;
  let bob: RoomPage;
  let fay: RoomPage;
  let annsStream: SdkStream;
  let annsName: string;
  let faysName: string;
  let played: SdkStream[];

  beforeAll(async () => {
    // Firefox has no H.264 here.
    const flags = ['--codecs-video', 'VP8'];
    const browsers = { chromium: {}, firefox: true };
    stage = await Stage.open({ inNamespace: true, flags, scripts: roomScripts, ...browsers });
    ({ chromium } = stage);
    ann = await stage.enterRoom(chromium, 'ann', 'lobby');
    bob = await stage.enterRoom(chromium, 'bob', 'lobby');
    fay = await stage.enterRoom(stage.firefox, 'fay', 'lobby');
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  it('everybody knows who else is there', async () => {
    expect([ann.state, bob.state, fay.state]).toEqual([
      [],
      [{ login: 'ann', streams: [] }],
      [
        { login: 'ann', streams: [] },
        { login: 'bob', streams: [] },
      ],
    ]);
    await ann.event({ name: 'JOINED', login: 'bob' });
    await ann.event({ name: 'JOINED', login: 'fay' });
    await bob.event({ name: 'JOINED', login: 'fay' });
  });

  it('Chromium and Firefox publish, and the others are told', async () => {
    annsStream = await ann.publishing(CAMERA_640);
    await fay.publishing(CAMERA_640);
    const [ofAnn, ofFay] = await Promise.all([
      bob.event({ name: 'PUBLISHED', login: 'ann' }),
      bob.event({ name: 'PUBLISHED', login: 'fay' }),
    ]);
    annsName = ofAnn.streams![0]!;
    faysName = ofFay.streams![0]!;
    expect(annsName).toMatch(/^lobby-ann-[0-9a-f]{4}$/);
    expect(faysName).toMatch(/^lobby-fay-[0-9a-f]{4}$/);
    expect((await ann.event({ name: 'PUBLISHED' })).streams).toEqual([faysName]);
    expect((await fay.event({ name: 'PUBLISHED' })).streams).toEqual([annsName]);
  });

  it('each plays the streams of the others', async () => {
    played = await Promise.all([
      bob.playing('ann', annsName),
      fay.playing('ann', annsName),
      bob.playing('fay', faysName),
      ann.playing('fay', faysName),
    ]);
    for (const samples of await Promise.all(played.map((stream) => stream.sample(3)))) {
      expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
      expectGrowth('audio packets', samples, ({ inbound }) => inbound.audio?.packetsReceived);
    }
  });

  it('messages go both ways, to those whom they are for', async () => {
    await ann.sendMessage('fay', 'hello "fay" 😀');
    await fay.sendMessage('ann', 'hello <b>ann</b>');
    await fay.event({ name: 'MESSAGE', login: 'ann', text: 'hello "fay" 😀' });
    await ann.event({ name: 'MESSAGE', login: 'fay', text: 'hello <b>ann</b>' });
    await ann.sendMessage('bob', 'bye');
    expect((await bob.event({ name: 'MESSAGE' })).text).toBe('bye');
  });

  it('who comes later finds the streams that are there, and leaves again', async () => {
    const dan = await stage!.enterRoom(chromium, 'dan', 'lobby');
    expect(dan.state).toEqual([
      { login: 'ann', streams: [annsName] },
      { login: 'bob', streams: [] },
      { login: 'fay', streams: [faysName] },
    ]);
    await dan.playing('fay', faysName);
    await dan.leave();
    await Promise.all([ann, bob, fay].map((page) => page.event({ name: 'LEFT', login: 'dan' })));
    await dan.close();
  });

  it('one stops its stream and stays', async () => {
    await annsStream.stop();
    await annsStream.waitFor('UNPUBLISHED');
    const [bobs, fays] = played;
    expect((await bobs!.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
    expect((await fays!.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
    const withoutStream = { login: 'ann', streams: [] };
    expect(await bob.participants()).toContainEqual(withoutStream);
    expect(await fay.participants()).toContainEqual(withoutStream);
  });

  it('one closes its page: the others lose its stream, and see it leave', async () => {
    await fay.close();
    await Promise.all([ann, bob].map((page) => page.event({ name: 'LEFT', login: 'fay' }, 5000)));
    await played[2]!.waitFor('FAILED');
    await played[3]!.waitFor('FAILED');
    expect(await ann.participants()).toEqual([{ login: 'bob', streams: [] }]);
    expect(await bob.participants()).toEqual([{ login: 'ann', streams: [] }]);
  });

  it('who comes back takes the place of its older session', async () => {
    const back = await stage!.enterRoom(chromium, 'bob', 'lobby');
    expect(back.state).toEqual([{ login: 'ann', streams: [] }]);
    await ann.event({ name: 'LEFT', login: 'bob' });
    await expect.poll(() => ann.participants()).toEqual([{ login: 'bob', streams: [] }]);
    await ann.sendMessage('bob', 'welcome back');
    await back.event({ name: 'MESSAGE', login: 'ann', text: 'welcome back' });
  });
});
