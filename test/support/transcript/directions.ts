import type { MediaFailure, MediaRate } from '../../../src/streams/index.js';
import type { FakeEndpoint } from '../../unit/streams/support.js';
import type { World } from './world.js';

interface Entry {
  readonly pattern: RegExp;
  run(world: World, ...groups: string[]): void | Promise<void>;
}

/** What can stand in brackets; test/transcripts/README.md says it in words. */
const entries: readonly Entry[] = [
  {
    pattern: /^([A-Z]) opens a socket$/,
    run: async (world, name) => void (await world.open(name as string)),
  },
  { pattern: /^([A-Z]) connects$/, run: connect },
  {
    pattern: /^([A-Z]) (closes|vanishes)$/,
    run: (world, name, how) => world.leave(world.actor(name as string), how as 'closes' | 'vanishes'),
  },
  {
    pattern: /^([A-Z]) is closed (\d{4}) "(.*)"$/,
    run: async (world, name, code, reason) => {
      const actor = world.actor(name as string);
      const closing = await actor.closed();
      if (closing.code !== Number(code) || closing.reason !== reason) {
        throw new Error(`${name} was closed ${closing.code} "${closing.reason}"`);
      }
      world.nothingLeft(actor);
    },
  },
  { pattern: /^nothing for ([A-Z])$/, run: (world, name) => world.nothingFor(world.actor(name as string)) },
  media(/^media of (\S+) starts$/, (endpoint) => endpoint.listener.onStarted()),
  media(/^media of (\S+) is (\d+)x(\d+)$/, (endpoint, width, height) =>
    endpoint.listener.onVideoSize(Number(width), Number(height)),
  ),
  media(/^media of (\S+) has the rate (\{.*\})$/, (endpoint, rate) =>
    endpoint.listener.onRate(JSON.parse(rate as string) as MediaRate),
  ),
  media(
    /^media of (\S+) fails: (ice-timeout|ice-keep-alive|dtls-error|dtls-fingerprint|rtp-activity|media-process)$/,
    (endpoint, failure) => endpoint.listener.onFailed(failure as MediaFailure),
  ),
  {
    pattern: /^media of (\S+) is (open|closed)$/,
    run: (world, id, state) => {
      const { closed } = world.endpoint(id as string);
      if ((state === 'closed') !== closed > 0) throw new Error(`it was closed ${closed} times`);
    },
  },
  {
    pattern: /^media of (\S+) comes as (mse|wsplayer) ([0-9a-f]+)$/,
    run: (world, id, kind, hex) => {
      const output = world.egress.last(kind as 'mse' | 'wsplayer', world.endpoint(id as string));
      const data = Buffer.from(hex as string, 'hex');
      output.says({ type: 'packets', packets: [{ kind: 'video', key: true, time: 0, data }] });
    },
  },
  {
    pattern: /^media of (\S+) comes as (mse|wsplayer) no more$/,
    run: (world, id, kind) =>
      world.egress.last(kind as 'mse' | 'wsplayer', world.endpoint(id as string)).ends(),
  },
  {
    pattern: /^nothing can be transcoded$/,
    run: (world) => {
      world.egress.refusal = 'Transcoding required, but disabled';
    },
  },
  {
    pattern: /^recording of (\S+) fails: (.+)$/,
    run: (world, id, reason) => world.failRecording(id as string, reason as string),
  },
  {
    pattern: /^no media process takes it$/,
    run: (world) => {
      world.plane.refuse = true;
    },
  },
  {
    pattern: /^media takes its time$/,
    run: (world) => {
      world.holdMedia();
    },
  },
  { pattern: /^media is ready$/, run: (world) => world.releaseMedia() },
  { pattern: /^the server stops$/, run: (world) => world.stop() },
];

function media(pattern: RegExp, report: (endpoint: FakeEndpoint, ...groups: string[]) => void): Entry {
  return {
    pattern,
    run: (world, id, ...groups) => {
      const endpoint = world.endpoint(id as string);
      // A media process reports nothing of an endpoint that it has closed.
      if (endpoint.closed > 0) throw new Error('its media is closed');
      report(endpoint, ...groups);
    },
  };
}

/** `connection` as the description has it; test/transcripts/connect.txt proves the answers. */
async function connect(world: World, name?: string): Promise<void> {
  const actor = await world.open(name as string);
  const data = [
    { appKey: 'defaultApp', mediaProviders: ['WebRTC', 'MSE', 'WSPlayer'], clientVersion: '2.0' },
  ];
  actor.send(JSON.stringify({ message: 'connection', data }));
  for (const expected of ['getUserData', 'getVersion']) {
    const { message } = await actor.next();
    if (message !== expected) throw new Error(`${name} got ${message} instead of ${expected}`);
  }
  if (!world.isNewToken(String(actor.token))) throw new Error(`${name} got the token of another session`);
}

/**
 * What a direction does.
 * @throws Error when nobody knows it
 */
export function direct(world: World, direction: string): void | Promise<void> {
  for (const { pattern, run } of entries) {
    const match = pattern.exec(direction);
    if (match) return run(world, ...match.slice(1));
  }
  throw new Error('nobody knows this direction');
}
