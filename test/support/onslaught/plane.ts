import { setImmediate as breath } from 'node:timers/promises';
import {
  type MediaEndpoint,
  type MediaFailure,
  type MediaListener,
  type MediaPlane,
  MediaUnavailable,
  type TransportDescription,
} from '../../../src/streams/index.js';
import { FakeEndpoint } from '../../unit/streams/support.js';
import type { Dice } from './dice.js';

type Tracks = ConstructorParameters<typeof FakeEndpoint>[1];

const failures: readonly MediaFailure[] = [
  'ice-timeout',
  'ice-keep-alive',
  'dtls-error',
  'dtls-fingerprint',
  'rtp-activity',
  'media-process',
];

class WatchedEndpoint extends FakeEndpoint {
  constructor(
    private readonly open: Set<WatchedEndpoint>,
    ...args: ConstructorParameters<typeof FakeEndpoint>
  ) {
    super(...args);
  }

  override close(): void {
    super.close();
    this.open.delete(this);
  }
}

/** A media plane that takes its time or refuses, as the dice fall, and to whose endpoints anything may happen. */
export class WildPlane implements MediaPlane {
  readonly fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') };
  /** Neither closed nor failed. */
  readonly open = new Set<WatchedEndpoint>();
  /** Being opened. */
  opening = 0;
  opened = 0;
  /** While set, media opens at once and nothing goes wrong with it. */
  calm = true;

  constructor(private readonly dice: Dice) {}

  openPublisher(transports: readonly TransportDescription[], tracks: Tracks, listener: MediaListener) {
    return this.add(transports, tracks, listener, null);
  }

  openViewer(
    publisher: MediaEndpoint,
    transports: readonly TransportDescription[],
    tracks: Tracks,
    _cname: string,
    listener: MediaListener,
  ) {
    return this.add(transports, tracks, listener, publisher);
  }

  /** Something happens to an endpoint, unless it is one of those to be left alone. */
  happen(spared: ReadonlySet<MediaEndpoint>): void {
    const endpoints = [...this.open].filter((endpoint) => !spared.has(endpoint));
    if (endpoints.length === 0) return;
    const endpoint = this.dice.pick(endpoints);
    const { listener } = endpoint;
    switch (this.dice.below(6)) {
      case 0:
      case 1:
      case 2:
        listener.onStarted();
        break;
      case 3:
        listener.onVideoSize(this.dice.below(4) * 320, this.dice.below(4) * 240);
        break;
      case 4:
        listener.onRate({ videoRate: this.dice.below(1e7), fps: 30, nack: 1, pli: 2, lostPackets: 3 });
        break;
      default:
        this.open.delete(endpoint);
        listener.onFailed(this.dice.pick(failures));
    }
  }

  private async add(
    transports: readonly TransportDescription[],
    tracks: Tracks,
    listener: MediaListener,
    publisher: MediaEndpoint | null,
  ): Promise<MediaEndpoint> {
    const [turns, refused, failed] = [this.dice.below(30), this.dice.oneIn(20), this.dice.oneIn(20)];
    this.opening += 1;
    for (let turn = 0; turn < turns && !this.calm; turn += 1) await breath();
    this.opening -= 1;
    if (refused && !this.calm) throw new MediaUnavailable('full');
    const endpoint = new WatchedEndpoint(this.open, transports, tracks, listener, publisher);
    this.opened += 1;
    // It may fail before whoever asked for it has it in hands.
    if (failed && !this.calm) listener.onFailed(this.dice.pick(failures));
    else this.open.add(endpoint);
    return endpoint;
  }
}
