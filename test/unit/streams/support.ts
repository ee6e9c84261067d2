import { readFileSync } from 'node:fs';
import {
  type MediaEndpoint,
  type MediaListener,
  type MediaPlane,
  MediaUnavailable,
  openGate,
  Session,
  StreamService,
  type StreamServiceOptions,
  type TransportDescription,
} from '../../../src/streams/index.js';
import { decode, type PlayStream, type PublishStream } from '../../../src/wire/index.js';

/** What the SDK 2.0.276 really sends, from Chromium 156. */
const recorded: { dir: string; msg?: { message: string } }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/websdk-2.0.276-chromium-156.json', import.meta.url), 'utf8'),
);

function request(name: 'publishStream' | 'playStream', fields: object): PublishStream | PlayStream {
  const frame = recorded.find(({ msg }) => msg?.message === name)?.msg as { data: object[] } | undefined;
  if (!frame) throw new Error(`no ${name} was recorded`);
  const message = decode(JSON.stringify({ message: name, data: [{ ...frame.data[0], ...fields }] }));
  if (message.name !== name) throw new Error('the fixture does not decode');
  return message.data as PublishStream | PlayStream;
}

export function publishRequest(fields: object = {}): PublishStream {
  return request('publishStream', { mediaSessionId: 'pub-1', name: 'cam', ...fields }) as PublishStream;
}

export function playRequest(fields: object = {}): PlayStream {
  return request('playStream', { mediaSessionId: 'play-1', name: 'cam', ...fields }) as PlayStream;
}

/** An endpoint of the fake plane, with what was asked for. */
export class FakeEndpoint implements MediaEndpoint {
  readonly addresses = [
    { protocol: 'udp', address: '192.0.2.1', port: 31000 },
    { protocol: 'tcp', address: '192.0.2.1', port: 31443 },
  ] as const;
  readonly credentials;
  closed = 0;

  constructor(
    readonly transports: readonly TransportDescription[],
    readonly tracks: readonly { kind: string; source?: number; maxBitrate: number }[],
    readonly listener: MediaListener,
    readonly publisher: MediaEndpoint | null,
  ) {
    this.credentials = transports.map(() => ({ ufrag: 'abcdefgh', password: 'p'.repeat(24) }));
  }

  close(): void {
    this.closed += 1;
  }
}

/** A media plane under the test's control: endpoints open when `release` lets them. */
export class FakePlane implements MediaPlane {
  readonly fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') };
  readonly endpoints: FakeEndpoint[] = [];
  refuse = false;
  asked = 0;
  /** While set, opening waits. */
  gate: Promise<void> = Promise.resolve();

  async openPublisher(
    transports: readonly TransportDescription[],
    tracks: readonly { kind: string; maxBitrate: number }[],
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    return this.open(new FakeEndpoint(transports, tracks, listener, null));
  }

  async openViewer(
    publisher: MediaEndpoint,
    transports: readonly TransportDescription[],
    tracks: readonly { kind: string; maxBitrate: number }[],
    _cname: string,
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    return this.open(new FakeEndpoint(transports, tracks, listener, publisher));
  }

  last(): FakeEndpoint {
    const endpoint = this.endpoints.at(-1);
    if (!endpoint) throw new Error('nothing was opened');
    return endpoint;
  }

  private async open(endpoint: FakeEndpoint): Promise<MediaEndpoint> {
    this.asked += 1;
    await this.gate;
    if (this.refuse) throw new MediaUnavailable('full');
    this.endpoints.push(endpoint);
    return endpoint;
  }
}

/** A service on a fake plane, and a readable log of everything it says. */
export function makeService(options: Partial<StreamServiceOptions> = {}) {
  const plane = new FakePlane();
  const service = new StreamService({
    plane,
    iceTransport: 'all',
    gate: openGate,
    abilities: { audio: ['opus'], video: ['H264', 'VP8'] },
    bitrates: { minBitrate: 30_000, maxBitrate: 10_000_000 },
    bandwidth: { bandwidthNotice: true, bandwidthNoticeDelay: 3000, bandwidthNoticeInterval: 10_000 },
    missingStreamInfo: 'Session does not exist',
    maxMediaSessionsPerSession: 4,
    maxStreamNameLength: 16,
    maxSdpSize: 65_536,
    wallClock: () => 1_700_000_000_000,
    ...options,
  });
  const log: string[] = [];
  service.on('answer', (session) => log.push(`${session.id} answer`));
  service.on('status', ({ id, status, info }) => log.push(`${id} ${status}${info ? ` (${info})` : ''}`));
  service.on('streamEvent', ({ id }, { type, payload }) =>
    log.push(`${id} ${type} ${JSON.stringify(payload)}`),
  );
  service.on('notEnoughBandwidth', ({ id }, { remoteBitrate, bandwidth }) =>
    log.push(`${id} needs ${remoteBitrate}, has ${bandwidth}`),
  );
  service.on('videoSize', ({ id, width, height }) => log.push(`${id} ${width}x${height}`));
  return { service, plane, log };
}

let sessions = 0;

export function makeSession(): Session {
  sessions += 1;
  const identity = { appKey: 'defaultApp', custom: undefined, remoteAddress: '127.0.0.1' };
  return new Session(`session-${sessions}`, 'token', identity);
}
