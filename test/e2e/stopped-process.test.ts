import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaListener, TransportDescription } from '../../src/streams/index.js';
import type * as Worker from '../../src/worker/index.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { freeMediaPorts } from '../support/ports.js';
import { Server } from '../support/server.js';

/** As it is built: the pool starts its processes from there. */
const worker = new URL('../../dist/worker/index.js', import.meta.url).href;
const { createCertificate, MediaPool }: typeof Worker = await import(worker);

const transports: TransportDescription[] = [
  {
    remoteUfrag: 'peer',
    remotePassword: 'x'.repeat(24),
    remoteFingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('00').join(':') }],
    dtlsRole: 'server',
  },
];
const listener: MediaListener = {
  onStarted() {},
  onVideoSize() {},
  onRate() {},
  onFailed(failure) {
    throw new Error(`an endpoint has failed: ${failure}`);
  },
};

let pool: Worker.MediaPool;
const notes: string[] = [];

async function openPool(
  limits: Pick<Worker.MediaPoolOptions, 'mostSilence'> = {},
): Promise<Worker.MediaPool> {
  const opened = new MediaPool({
    ...limits,
    size: 1,
    spreadAbove: 0.6,
    certificate: createCertificate(),
    addresses: () => [],
    settings: {
      host: '127.0.0.1',
      port: await freeMediaPorts(1),
      tcp: null,
      arenaSize: 64 * 2 ** 20,
      socketBuffer: 2 ** 18,
      srtpProfiles: ['SRTP_AEAD_AES_128_GCM'],
      refuseAbove: { viewers: 1, publishers: 1 },
      gatherTime: 2,
      iceTimeout: 60_000,
      iceKeepAlive: 60_000,
      media: {
        rtpActivityTimeout: 60_000,
        keyFrameRequestInterval: 1000,
        maxLossDelay: 400,
        fastStart: true,
        fastStartMaxAge: 3000,
        packetCache: 1024,
      },
    },
  });
  opened.on('note', (message) => notes.push(message));
  await opened.open();
  return opened;
}

describe('a pool of media processes', () => {
  beforeEach(async () => {
    notes.length = 0;
    pool = await openPool();
  });

  afterEach(() => pool.close());

  const openPublisher = () => pool.openPublisher(transports, [], listener);

  /** What it carries, when it has said so after everything that was asked of it before. */
  async function carried(): Promise<unknown> {
    const { latest, serving, opening } = pool.statistics()[0]!;
    return { publishers: latest?.publishers, viewers: latest?.viewers, serving, opening };
  }

  it('bounds what waits for a media process that does not read, and leaves nothing of it behind', async () => {
    const publisher = await openPublisher();
    const [pid] = pool.pids as [number];
    const join = () =>
      pool.openViewer(publisher, transports, [], 'cname', listener).then(
        () => 'opened',
        (error: Error) => error.message,
      );
    const outcomes: Record<string, number> = {};
    process.kill(pid, 'SIGSTOP');
    try {
      const joins = Array.from({ length: 1500 }, join);
      expect(pool.statistics()[0]).toMatchObject({ index: 0, pid, serving: true, opening: 64 + 1024 });
      for (const outcome of await Promise.all(joins)) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      expect(outcomes).toEqual({
        'the media process did not answer in time': 64 + 1024,
        'too many requests wait for the media process': 1500 - 64 - 1024,
      });
      expect(pool.statistics()[0]).toMatchObject({ serving: false, opening: 64 });
      expect(await join()).toBe('the media process does not answer');
      await expect(openPublisher()).rejects.toThrow('no media process is up');
      // Told while it is stopped, done afterwards.
      publisher.close();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const nothing = { publishers: 0, viewers: 0, serving: true, opening: 0 };
    await expect.poll(carried, { timeout: 5000 }).toEqual(nothing);
    const again = await openPublisher();
    const viewer = await pool.openViewer(again, transports, [], 'cname', listener);
    await expect.poll(carried, { timeout: 5000 }).toEqual({ ...nothing, publishers: 1, viewers: 1 });
    viewer.close();
    again.close();
    await expect.poll(carried, { timeout: 5000 }).toEqual(nothing);
    expect(notes).toEqual([]);
  });

  it('one that never reads again is killed, its endpoints fail, and another one serves', async () => {
    await pool.close();
    pool = await openPool({ mostSilence: 2000 });
    const failed: string[] = [];
    const publisher = { ...listener, onFailed: (failure: string) => void failed.push(failure) };
    await pool.openPublisher(transports, [], publisher);
    const [pid] = pool.pids as [number];
    const replaced = new Promise<number>((resolve) => pool.once('replaced', resolve));
    process.kill(pid, 'SIGSTOP');
    expect(await replaced).not.toBe(pid);
    expect(notes).toEqual([`media process ${pid} hangs, it is killed`]);
    expect(failed).toEqual(['media-process']);
    const again = await openPublisher();
    await expect.poll(carried, { timeout: 5000 }).toMatchObject({ publishers: 1, serving: true });
    again.close();
  });
});

it('fails who joins, keeps who is there, and serves again after some seconds without', async () => {
  const media: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };
  const refused = { status: 'FAILED', info: 'Failed to add stream to proxy' };
  const server = await Server.start({ flags: ['--media-workers', '1'] });
  const connect = () => Peer.connect(server.wsUrl);
  const [publisher, viewer, newcomer] = await Promise.all([connect(), connect(), connect()]);
  try {
    const up = await publisher.publish('busy', media);
    await publisher.status(up, ['PUBLISHING']);
    const down = await viewer.play('busy', media);
    await viewer.status(down, ['PLAYING']);
    const [pid] = server.ready.mediaPids as [number];
    process.kill(pid, 'SIGSTOP');
    try {
      const stoppedAt = performance.now();
      const ids = [await newcomer.play('busy', media), await newcomer.publish('other', media)];
      for (const id of ids) {
        const waited = await newcomer.status(id, ['FAILED', 'PUBLISHING', 'PLAYING']);
        expect(waited).toMatchObject(refused);
        expect(waited.at - stoppedAt).toBeGreaterThan(4500);
      }
      // It is known by now: nobody else waits.
      const again = await newcomer.play('busy', media);
      expect(await newcomer.status(again, ['FAILED', 'PLAYING'], 2000)).toMatchObject(refused);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await viewer.receives(down, 'video', 50);
    for (const deadline = performance.now() + 10_000; ; await sleep(200)) {
      const { status } = await newcomer.status(await newcomer.play('busy', media), ['PLAYING', 'FAILED']);
      if (status === 'PLAYING') break;
      expect(performance.now(), 'a player plays in time').toBeLessThan(deadline);
    }
    const other = await newcomer.publish('other', media);
    await newcomer.status(other, ['PUBLISHING']);
    for (const [peer, id] of [
      [viewer, down],
      [publisher, up],
    ] as const) {
      const own = peer.events.items.filter(({ mediaSessionId }) => mediaSessionId === id);
      const statuses = own.map(({ data }) => (data?.[0] as { status?: string } | undefined)?.status);
      expect(statuses).not.toContain('FAILED');
    }
  } finally {
    await Promise.all([publisher, viewer, newcomer].map((peer) => peer.close()));
    await server.stop();
  }
});
