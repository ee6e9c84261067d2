import { describe, expect, it, test } from 'vitest';
import { diagnose } from '../../../../src/plugins/statistics/diagnosis/diagnose.js';
import type {
  PathFacts,
  PlayerFacts,
  PublisherFacts,
  StreamFacts,
} from '../../../../src/plugins/statistics/diagnosis/facts.js';
import { readFacts } from '../../../../src/plugins/statistics/diagnosis/read-facts.js';
import { LiveMedia } from '../../../../src/plugins/statistics/live-media.js';
import { makeSources, mediaProcess, rate } from './support.js';

const path: PathFacts = {
  seconds: 10,
  loss: 0,
  asked: 0,
  keyFrameRequests: 0,
  keyFrames: 0.1,
  bitrate: 1_500_000,
};
const publisher: PublisherFacts = {
  audio: true,
  video: true,
  videoMuted: false,
  fps: 30,
  roundTrip: 40,
  videoRate: 1_450_000,
  cap: 10_000_000,
  capAsked: false,
  width: 1280,
  height: 720,
  path,
};
const player: PlayerFacts = {
  mediaSessionId: 'p',
  derived: false,
  fps: 30,
  roundTrip: 40,
  sent: 1_500_000,
  estimate: 3_000_000,
  shortFor: 5000,
  path,
};
const good: StreamFacts = { publisher, players: [player], process: mediaProcess() };

const onPublisher = (fields: Partial<PublisherFacts>) => ({
  ...good,
  publisher: { ...publisher, ...fields },
});
const onPath = (fields: Partial<PathFacts>) => onPublisher({ path: { ...path, ...fields } });
const onPlayers = (...players: Partial<PlayerFacts>[]) => ({
  ...good,
  players: players.map((fields, index) => ({ ...player, mediaSessionId: `p${index}`, ...fields })),
});
const lossy = (loss: number) => ({ path: { ...path, loss } });
const busy = (utilisation: number) => ({
  ...good,
  process: mediaProcess({ latest: { ...mediaProcess().latest!, utilisation } }),
});

const found = (facts: StreamFacts) =>
  diagnose(facts).map(({ code, severity, value }) => `${severity} ${code} ${value}`);

test('nothing is found in a good stream', () => {
  expect(found(good)).toEqual([]);
});

describe('each finding, just at its threshold and just below', () => {
  it.each<[string, StreamFacts, string[]]>([
    ['loss from the publisher', onPath({ loss: 0.0019 }), []],
    ['loss from the publisher', onPath({ loss: 0.002 }), ['notice publisher-loss 0.002']],
    ['much loss from the publisher', onPath({ loss: 0.02 }), ['warning publisher-loss 0.02']],
    ['repairs', onPath({ asked: 0.049 }), []],
    ['repairs', onPath({ asked: 0.05 }), ['notice publisher-repairs 0.05']],
    ['a far publisher', onPublisher({ roundTrip: 250 }), []],
    ['a far publisher', onPublisher({ roundTrip: 251 }), ['notice publisher-round-trip 251']],
    ['a very far publisher', onPublisher({ roundTrip: 500 }), ['warning publisher-round-trip 500']],
    ['the cap', onPublisher({ videoRate: 899_999, cap: 1_000_000 }), []],
    ['the cap', onPublisher({ videoRate: 900_000, cap: 1_000_000 }), ['notice bitrate-cap 900000']],
    ['no cap', onPublisher({ cap: 0 }), []],
    ['a coarse picture', onPublisher({ videoRate: 552_960 }), []],
    ['a coarse picture', onPublisher({ videoRate: 552_959 }), ['notice bitrate-low 552959']],
    ['a muted picture', onPublisher({ videoRate: 1000, fps: 1, videoMuted: true }), []],
    ['a storm', onPath({ keyFrameRequests: 0.49 }), []],
    ['a storm', onPath({ keyFrameRequests: 0.5 }), ['notice key-frame-storm 0.5']],
    ['a heavy storm', onPath({ keyFrameRequests: 2 }), ['warning key-frame-storm 2']],
    [
      'an encoder that does not answer',
      onPath({ keyFrameRequests: 1, keyFrames: 0 }),
      ['warning key-frames-missing 0', 'notice key-frame-storm 1'],
    ],
    ['a low frame rate', onPublisher({ fps: 15 }), []],
    ['a low frame rate', onPublisher({ fps: 14 }), ['notice frame-rate-low 14']],
    ['a very low frame rate', onPublisher({ fps: 7 }), ['warning frame-rate-low 7']],
    ['sound alone', onPublisher({ video: false, fps: 0, videoRate: 0, width: 0, height: 0 }), []],
    ['silence', onPublisher({ path: { ...path, bitrate: 0 }, fps: 0, videoRate: 0 }), ['warning no-media 0']],
    ['a player’s loss', onPlayers(lossy(0.02)), []],
    ['a player’s loss', onPlayers(lossy(0.021)), ['notice viewer-loss 0.021']],
    ['a player’s heavy loss', onPlayers({}, lossy(0.1)), ['warning viewer-loss 0.1']],
    ['a round trip', onPlayers({ roundTrip: 250 }), []],
    ['a round trip', onPlayers({ roundTrip: 251 }), ['notice viewer-round-trip 251']],
    ['a long round trip', onPlayers({ roundTrip: 500 }), ['warning viewer-round-trip 500']],
    ['a narrow path', onPlayers({ estimate: 1_425_000 }), []],
    ['a narrow path', onPlayers({ estimate: 1_424_000 }), ['warning viewer-bandwidth 1424000']],
    ['a path that has been narrow for a moment', onPlayers({ estimate: 1_000_000, shortFor: 4000 }), []],
    ['an unknown estimate', onPlayers({ estimate: 0 }), []],
    ['a transcoder', onPlayers({ derived: true, fps: 24 }), []],
    ['a transcoder that is behind', onPlayers({ derived: true, fps: 23 }), ['warning transcoder-behind 23']],
    ['a player as published that gets few pictures', onPlayers({ derived: false, fps: 5 }), []],
    ['a busy process', busy(0.84), []],
    ['a busy process', busy(0.85), ['warning process-overloaded 0.85']],
    ['a process that has said nothing', { ...good, process: mediaProcess({ latest: null }) }, []],
    ['an unknown process', { ...good, process: null }, []],
    ['the first second', onPublisher({ path: null, fps: 0, videoRate: 0 }), []],
  ])('%s', (_what, facts, expected) => {
    expect(found(facts)).toEqual(expected);
  });
});

test('a finding has the figure in words, and what to do', () => {
  const [finding] = diagnose(onPublisher({ videoRate: 950_000, cap: 1_000_000, capAsked: true }));
  expect(finding).toEqual({
    code: 'bitrate-cap',
    severity: 'notice',
    text: 'The video has 950 kbit/s of the 1000 kbit/s that it may have.',
    value: 950_000,
    unit: 'bit/s',
    threshold: 900_000,
    advice: expect.stringContaining('maxBitrate in the constraints'),
    players: [],
  });
  expect(diagnose(onPublisher({ videoRate: 9_500_000 }))[0]?.advice).toContain('media.maxBitrate');
});

test('players are named worst first, and no more than twenty', () => {
  const players = Array.from({ length: 100 }, (_, index) => lossy(index / 200));
  const [finding] = diagnose(onPlayers(...players));
  expect(finding?.text).toBe('95 of 100 players lose packets, up to 49.5 % of them.');
  expect(finding?.players).toHaveLength(20);
  expect(finding?.players[0]).toBe('p99');
  expect(finding?.advice).toContain('Many at once');
});

test('warnings come before notices', () => {
  const facts = { ...onPlayers(lossy(0.5)), publisher: { ...publisher, path: { ...path, loss: 0.005 } } };
  expect(found(facts)).toEqual(['warning viewer-loss 0.5', 'notice publisher-loss 0.005']);
});

test('a player whose estimate is still growing is not taken for one whose path is narrow', async () => {
  const { sources, service, publish, play } = makeSources();
  const live = new LiveMedia(service, sources.clock);
  const publisher = await publish({ name: 'cam' });
  publisher.onStarted();
  const viewer = await play({ name: 'cam' });
  viewer.onStarted();
  const codes = (estimate: number, second: number) => {
    publisher.onRate(rate(second));
    viewer.onRate(rate(second, { outgoing: { bitrate: 1_000_000, estimate, lossRate: 0 } }));
    return diagnose(readFacts(live, sources.media, 'cam')!).map(({ code }) => code);
  };
  for (let second = 1; second <= 14; second += 1) expect(codes(300_000 * 1.08 ** second, second)).toEqual([]);
  // The first of all seconds counts, since it is not known to grow.
  for (let second = 15; second < 18; second += 1) expect(codes(400_000, second)).toEqual([]);
  expect(codes(400_000, 18)).toEqual(['viewer-bandwidth']);
});
