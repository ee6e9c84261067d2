import { createAdmission } from '../../../src/admission.js';
import { createLogger } from '../../../src/kit/index.js';
import { startSignaling } from '../../unit/signaling/support.js';
import type { FakeEndpoint, FakePlane } from '../../unit/streams/support.js';
import { configOf, extensionsOf } from '../extensions.js';
import { FakeEgress } from '../fake-egress.js';
import { FakeRecorder } from '../recording/fake-recorder.js';
import { Actor } from './actor.js';
import type { Surroundings } from './placeholders.js';
import type { Json, Setting } from './transcript.js';

/** The server of one transcript on a fake media plane, and the clients it has. */
export class World implements Surroundings {
  readonly version = '1.2.3';
  readonly now = 1_700_000_000_000;
  private readonly actors = new Map<string, Actor>();
  private readonly media = new Map<string, FakeEndpoint>();
  private readonly tokens = new Set<string>();
  private ended = 0;
  private letMediaOpen = () => {};

  private constructor(
    private readonly server: Awaited<ReturnType<typeof startSignaling>>,
    private readonly recorder: FakeRecorder,
    /** Pings come when they come: those that nobody takes do not count as something. */
    private readonly pings: boolean,
    readonly egress: FakeEgress,
  ) {
    server.service.on('answer', ({ id, media }) => {
      this.media.set(id, media as FakeEndpoint);
    });
  }

  /** @throws Error at a setting that is unknown */
  static async start(settings: readonly Setting[]): Promise<World> {
    const config = configOf(Object.fromEntries(settings.map(({ path, value }) => [path, value])));
    const { maxMediaSessionsPerSession, maxStreamNameLength, maxSdpSize } = config.signaling;
    const { missingStreamInfo } = config.protocol;
    const egress = new FakeEgress();
    const recorder = new FakeRecorder();
    const admission = await createAdmission(config, createLogger({ level: 'silent' }));
    let world: World | undefined;
    const server = await startSignaling(
      config.signaling,
      (streams) => [
        { handlers: {}, onEnd: () => world?.sessionEnded() },
        ...admission.extensions,
        ...extensionsOf(config, streams, egress, recorder),
      ],
      {
        streams: {
          gate: admission.gate,
          maxMediaSessionsPerSession,
          maxStreamNameLength,
          maxSdpSize,
          missingStreamInfo,
        },
      },
    );
    world = new World(
      server,
      recorder,
      settings.some(({ path }) => path === 'signaling.pingInterval'),
      egress,
    );
    return world;
  }

  get plane(): FakePlane {
    return this.server.plane;
  }

  async open(name: string): Promise<Actor> {
    if (this.actors.get(name)?.closing === null) throw new Error(`${name} is already there`);
    const actor = await Actor.open(name, this.server.url);
    this.actors.set(name, actor);
    return actor;
  }

  /** @throws Error when there is no such client */
  actor(name: string): Actor {
    const actor = this.actors.get(name);
    if (!actor) throw new Error(`${name} has not opened a socket`);
    return actor;
  }

  get everybody(): readonly Actor[] {
    return [...this.actors.values()];
  }

  isNewToken(token: string): boolean {
    if (this.tokens.has(token)) return false;
    this.tokens.add(token);
    return true;
  }

  /** The endpoint of an answered media session; the id may be cut with `…`. @throws Error when there is not one */
  endpoint(id: string): FakeEndpoint {
    const prefix = id.endsWith('…') ? id.slice(0, -1) : null;
    const found = [...this.media].filter(([key]) => (prefix === null ? key === id : key.startsWith(prefix)));
    if (found.length !== 1) throw new Error(`${found.length} media sessions are called ${id}`);
    return (found[0] as [string, FakeEndpoint])[1];
  }

  /** The disk fails for the recording of a media session. @throws Error when there is none */
  async failRecording(id: string, reason: string): Promise<void> {
    const of = id.replace('…', '');
    const found = () =>
      this.recorder.outputs.find(({ request }) => request.stream.mediaSessionId.startsWith(of));
    for (let turn = 0; turn < 1000 && !found(); turn++) await new Promise((resolve) => setImmediate(resolve));
    const output = found();
    if (!output) throw new Error(`${id} is not being recorded`);
    output.fail(reason);
  }

  /** Closes a client's socket and waits until the server has noticed. */
  async leave(actor: Actor, how: 'closes' | 'vanishes'): Promise<void> {
    const until = this.ended + 1;
    const noticed = actor.established;
    await actor.leave(how);
    while (noticed && this.ended < until) await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Waits until the server has done all that was asked of it, and proves that a client got nothing.
   * @throws Error with what it got
   */
  async nothingFor(actor: Actor): Promise<void> {
    for (const other of [...this.everybody, actor]) await this.roundTrip(other);
    this.nothingLeft(actor);
  }

  /** @throws Error with what has come and nobody has taken */
  nothingLeft(actor: Actor): void {
    const left = actor.left.filter(({ message }) => !(this.pings && message === 'ping'));
    if (left.length > 0) throw new Error(`${actor.name} got ${left.map(describeMessage).join('\n')}`);
  }

  /** From now on opening media takes until `releaseMedia`. */
  holdMedia(): void {
    this.plane.gate = new Promise((resolve) => {
      this.letMediaOpen = resolve;
    });
  }

  releaseMedia(): void {
    this.letMediaOpen();
  }

  /** The server stops as it does on a signal. */
  async stop(): Promise<void> {
    this.server.service.shutdown();
    await this.server.server.close();
  }

  private sessionEnded(): void {
    this.ended += 1;
  }

  private async roundTrip(actor: Actor): Promise<void> {
    if (actor.established) await actor.roundTrip();
  }
}

export function describeMessage({ message, data }: { message: string; data: readonly unknown[] }): string {
  const written = data.map((argument) => JSON.stringify(argument as Json)).join(', ');
  return `${message} ${written}`;
}
