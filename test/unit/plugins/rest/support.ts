import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { AdminGuard, type AdminSettings } from '../../../../src/admin/index.js';
import {
  createRest,
  type Recorder,
  type RecordingView,
  type RestNeeds,
} from '../../../../src/plugins/rest/index.js';
import { nobody } from '../../admin/support.js';
import { Client, startSignaling } from '../../signaling/support.js';
import { playRequest, publishRequest } from '../../streams/support.js';
import { keptLog } from '../support/plugin-client.js';

/** A recorder that keeps in mind what it was told, and refuses with `refuse`. */
export class FakeRecorder implements Recorder {
  readonly recordings = new Map<string, RecordingView>();
  readonly wishes: unknown[] = [];
  refuse: string | null = null;

  start({ mediaSessionId }: { mediaSessionId: string }, wish?: unknown): RecordingView {
    this.check();
    this.wishes.push(wish);
    const view = { mediaSessionId, streamName: 'cam', fileName: 'cam-1.webm', startedAt: 1000 };
    this.recordings.set(mediaSessionId, view);
    return view;
  }

  async stop(mediaSessionId: string): Promise<void> {
    this.check();
    if (!this.recordings.delete(mediaSessionId)) throw refused('not-found');
  }

  list(): RecordingView[] {
    return [...this.recordings.values()];
  }

  private check(): void {
    if (this.refuse !== null) throw refused(this.refuse);
  }
}

function refused(code: string): Error {
  return Object.assign(new Error(`refused: ${code}`), { code });
}

/** The status that a client is told, once it is told it. */
export async function statusOf(client: Client, mediaSessionId: string, status: string): Promise<unknown> {
  for (;;) {
    const [first] = (await client.next('notifyStreamStatusEvent')).data as Record<string, unknown>[];
    if (first?.mediaSessionId === mediaSessionId && first.status === status) return first;
  }
}

/** The REST API over a real signalling server and a fake media plane. */
export async function startRest(needs: Partial<RestNeeds> = {}, settings: Partial<AdminSettings> = {}) {
  const { server, service, plane, url } = await startSignaling();
  const { log, lines } = keptLog();
  const guard = new AdminGuard({ ...nobody, ...settings }, log);
  const rest = createRest({
    guard,
    log,
    streams: service,
    clients: server,
    snapshot: async () => Buffer.from('a picture'),
    thumbnail: async () => Buffer.from('a small picture'),
    recorder: null,
    finished: { list: async () => ({ items: [], total: 0 }), remove: async () => {} },
    transcoders: { start: async () => Promise.reject(new Error('none')), stop: () => false, list: () => [] },
    drain: null,
    diagnose: () => null,
    version: '1.2.3',
    uptime: () => 60,
    ...needs,
  });
  const app: FastifyInstance = fastify({ routerOptions: { maxParamLength: 2048 } });
  await app.register(async (scope) => rest.register(scope));
  await app.ready();
  onTestFinished(() => app.close());
  const inject = (options: InjectOptions) => app.inject(options);
  /** As the SDK's module sends it: a POST where there is something to say. */
  const call = (method: string, body?: unknown, headers: Record<string, string> = {}) =>
    inject({
      url: `/rest-api/${method}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json;charset=UTF-8' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  const publish = async (mediaSessionId = 'pub-1', name = 'cam', client?: Client) => {
    const publisher = client ?? (await Client.connect(url));
    publisher.send('publishStream', publishRequest({ mediaSessionId, name }));
    await publisher.next('setRemoteSDP');
    const { listener } = plane.last();
    listener.onStarted();
    listener.onVideoSize(640, 360);
    listener.onRate({ videoRate: 500_000, fps: 25, nack: 3, pli: 2, lostPackets: 1 });
    return publisher;
  };
  const play = async (mediaSessionId = 'play-1', name = 'cam', client?: Client) => {
    const player = client ?? (await Client.connect(url));
    player.send('playStream', playRequest({ mediaSessionId, name }));
    await player.next('setRemoteSDP');
    plane.last().listener.onStarted();
    return player;
  };
  return { app, url, server, service, plane, lines, inject, call, publish, play };
}
