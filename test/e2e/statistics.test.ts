import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scrape } from '../support/metrics.js';
import { Peer, type PeerMedia } from '../support/peer.js';
import { Server } from '../support/server.js';

const media: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

/** Waits for figures of Prometheus: the media processes tell theirs once a second. */
const eventually = (server: Server, read: (scrape: Scrape) => unknown) =>
  expect.poll(async () => read(await Scrape.of(server.httpUrl)), { timeout: 15_000, interval: 200 });

describe('the statistics of a server with a live stream', () => {
  let server: Server;
  let publisher: Peer;
  let player: Peer;

  beforeAll(async () => {
    server = await Server.start({ flags: ['--media-workers', '1', '--metrics-per-stream', '3'] });
    publisher = await Peer.connect(server.wsUrl);
    player = await Peer.connect(server.wsUrl);
    const published = await publisher.publish('cam', media);
    await publisher.status(published, ['PUBLISHING']);
    const played = await player.play('cam', media);
    await player.status(played, ['PLAYING']);
  });

  afterAll(async () => {
    await Promise.all([publisher?.close(), player?.close()]);
    await server?.stop();
  });

  it('count who publishes and plays, and what flows', async () => {
    await eventually(server, (scrape) => scrape.value('sluice_viewers', { video: 'VP8' })).toBe(1);
    await eventually(server, (scrape) =>
      scrape.value('sluice_throughput_bytes_per_second', { direction: 'in' }),
    ).toBeGreaterThan(1000);
    await eventually(server, (scrape) =>
      scrape.value('sluice_throughput_bytes_per_second', { direction: 'out' }),
    ).toBeGreaterThan(1000);
    await eventually(server, (scrape) => scrape.histogram('sluice_first_frame_seconds').count).toBe(1);
    const first = await Scrape.of(server.httpUrl);
    expect(first.value('sluice_publishers', { audio: 'opus', video: 'VP8' })).toBe(1);
    expect(first.value('sluice_sessions')).toBe(2);
    expect(first.value('sluice_ready')).toBe(1);
    expect(first.value('sluice_messages_total', { name: 'playStream' })).toBe(1);
    expect(first.value('sluice_stream_viewers', { stream: 'cam' })).toBe(1);
    const join = first.histogram('sluice_join_seconds');
    expect(join.count).toBe(1);
    expect(join.sum).toBeGreaterThan(0);
    expect(first.histogram('sluice_first_frame_seconds').sum).toBeGreaterThanOrEqual(join.sum);
    const sent = first.value('sluice_rtp_packets_total', { direction: 'out' });
    await eventually(server, (scrape) =>
      scrape.value('sluice_rtp_packets_total', { direction: 'out' }),
    ).toBeGreaterThan(sent);
  });

  it('know what the processes use, by what they do', async () => {
    const scrape = await Scrape.of(server.httpUrl);
    for (const role of ['control', 'media']) {
      expect(scrape.value('sluice_process_cpu_seconds_total', { role, index: '0' })).toBeGreaterThan(0);
      expect(scrape.value('sluice_process_resident_memory_bytes', { role, index: '0' })).toBeGreaterThan(1e7);
    }
    expect(scrape.value('sluice_media_process_serving', { index: '0' })).toBe(1);
    expect(scrape.value('sluice_media_port_packets_total', { kind: 'in' })).toBeGreaterThan(0);
    await eventually(
      server,
      (later) => later.histogram('sluice_event_loop_lag_seconds').count,
    ).toBeGreaterThan(0);
  });

  it('are on the statistics page, too', async () => {
    const answer = await fetch(`${server.httpUrl}/?action=stat&format=json&groups=streams_stats`);
    expect(await answer.json()).toEqual({
      streams_stats: expect.objectContaining({
        streams_webrtc_in: 1,
        streams_webrtc_out: 1,
        streams_viewers: 1,
      }),
    });
  });

  it('say why a stream is bad, where it is', async () => {
    const ask = (name: string) => fetch(`${server.httpUrl}/api/v1/streams/${name}/diagnosis`);
    expect(await (await ask('cam')).json()).toMatchObject({ name: 'cam', findings: expect.any(Array) });
    expect((await ask('nobody')).status).toBe(404);
  });

  it('are logged when a stream starts and ends', async () => {
    const lines = () =>
      server.program
        .text('stderr')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const named = (msg: string) => lines().filter((line) => line.msg === msg);
    expect(named('publishing started')).toMatchObject([{ stream: 'cam', audio: 'opus', video: 'VP8' }]);
    const [started] = named('playing started');
    await player.stop('cam', started?.mediaSession as string);
    await expect.poll(() => named('playing ended').length, { timeout: 5000 }).toBe(1);
    const { session, mediaSession } = started as { session: string; mediaSession: string };
    const [ended] = named('playing ended');
    expect(ended).toMatchObject({ session, mediaSession, stream: 'cam', status: 'STOPPED', lost: 0 });
    expect(ended?.bytes).toBeGreaterThan(0);
    expect(ended?.kbps).toBeGreaterThan(0);
  });
});

it('a server is not ready while its media process is gone, and is again afterwards', async () => {
  const server = await Server.start({ flags: ['--media-workers', '1'] });
  try {
    const ready = async () => {
      const answer = await fetch(`${server.httpUrl}/ready`);
      return { status: answer.status, body: await answer.json() };
    };
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready' } });
    // Asked without a break, since another is there within a second.
    const seen: Awaited<ReturnType<typeof ready>>[] = [];
    process.kill(server.ready.mediaPids[0] as number, 'SIGKILL');
    await expect
      .poll(
        async () => {
          seen.push(await ready());
          return seen.at(-1)?.status;
        },
        { timeout: 5000, interval: 1 },
      )
      .toBe(503);
    expect(seen.at(-1)?.body).toEqual({ status: 'unready', reasons: ['media process 0 does not serve'] });
    await expect.poll(async () => (await ready()).status, { timeout: 40_000 }).toBe(200);
    expect(await (await fetch(`${server.httpUrl}/health`)).json()).toEqual({ status: 'ok' });
  } finally {
    await server.stop();
  }
});
