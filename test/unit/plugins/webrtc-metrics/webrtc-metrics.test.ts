import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RTCMetricsCollectorBuilder, type RTCMetricsServerDescription } from '@flashphoner/web-sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PluginClient } from '../support/plugin-client.js';
import { batch, describeTo, setUp } from './support.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now }));
afterEach(() => void vi.useRealTimers());

describe('with the collector of the SDK', () => {
  it.each([
    'gzip',
    'none',
  ])('compression %s: every sample, as it was, when the columns change too', async (compression) => {
    const { client, lines, config } = setUp(
      ...['--webrtc-metrics-compression', compression, '--webrtc-metrics-batch-size', '3'],
      ...[
        '--webrtc-metrics-metrics',
        'outbound-rtp.bytesSent,outbound-rtp.qualityLimitationDurations,outbound-rtp.active',
      ],
    );
    client.own('m');
    const stats = new Map<string, object>();
    const report = {
      type: 'outbound-rtp',
      id: 'OT1',
      qualityLimitationDurations: { cpu: 0, none: 3 },
      active: true,
    };
    const sent: Promise<void>[] = [];
    const collector = new RTCMetricsCollectorBuilder()
      .id('m')
      .description({
        ...(client.welcomed.webRTCMetricsServerDescription as RTCMetricsServerDescription),
        collect: 'off' as never,
      })
      .peerConnection({ getStats: async () => stats } as never)
      .logger({ info() {}, debug() {}, warn() {}, error() {}, trace() {} } as never)
      .websocket({
        send: (text: string) => sent.push(client.say(JSON.parse(text).message, JSON.parse(text).data[0])),
      } as never)
      .build();
    const sample = async (...reports: object[]) => {
      stats.clear();
      for (const one of reports) stats.set((one as { id: string }).id, one);
      await (collector as unknown as { _collectMetrics(): Promise<void> })._collectMetrics();
    };
    for (const bytesSent of [10, 10, 30]) await sample({ ...report, bytesSent });
    await sample({ ...report, bytesSent: 40 }, { ...report, id: 'OT2', bytesSent: 7 });
    for (const bytesSent of [8, 9])
      await sample({ ...report, bytesSent: 40 }, { ...report, id: 'OT2', bytesSent });
    await Promise.all(sent);
    await vi.waitFor(() => expect(lines()[0]).toHaveLength(6));

    const [file] = lines();
    expect(
      file?.map(({ values }) => [values['outbound-rtp.OT1.bytesSent'], values['outbound-rtp.OT2.bytesSent']]),
    ).toEqual([
      [10, undefined],
      [10, undefined],
      [30, undefined],
      [40, 7],
      [40, 8],
      [40, 9],
    ]);
    expect(file?.[1]).toEqual({
      time: new Date(now - config.webrtcMetrics.sampling).toISOString(),
      sessionId: 'session-1',
      mediaSessionId: 'm',
      values: {
        'outbound-rtp.OT1.bytesSent': 10,
        'outbound-rtp.OT1.qualityLimitationDurations': '{"cpu":0,"none":3}',
        'outbound-rtp.OT1.active': true,
      },
    });
  });
});

describe('a batch', () => {
  it('goes to the file of its media session, one each, with a name made here', async () => {
    const { client, data, lines } = setUp();
    for (const id of ['../../etc/passwd', 'two']) {
      client.own(id);
      await describeTo(client, id);
      await batch(client, ['1;2'], id);
      await batch(client, ['3;4'], id);
    }
    for (const name of data.names('webrtc-metrics')) expect(name).toMatch(/^\d{8}T\d{9}Z-[\w-]{22}\.jsonl$/);
    const files = lines().map((file) =>
      file.map(({ mediaSessionId, values }) => [mediaSessionId, values['a.b.c']]),
    );
    expect(files.sort()).toEqual([
      [
        ['../../etc/passwd', 1],
        ['../../etc/passwd', 3],
      ],
      [
        ['two', 1],
        ['two', 3],
      ],
    ]);
    expect(readdirSync(data.path)).toEqual(['webrtc-metrics']);
  });

  it.each([
    ['of a media session of somebody else', { id: 'other' }],
    ['before its description', { describe: false }],
    ['with a compression nobody offered', { more: { compression: 'deflate' } }],
    ['without columns', { more: { headers: '' } }],
    ['that is no array', { rows: { 0: '1;2' } }],
    ['that fits no column', { rows: ['1;2;3'] }],
    ['that is empty', { rows: [] }],
    ['that is not gzip', { more: { compression: 'gzip' } }],
  ])('%s makes no file', async (_, {
    id = 'm',
    describe = true,
    more = {},
    rows = ['1;2'],
  }: { id?: string; describe?: boolean; more?: object; rows?: unknown }) => {
    const { client, plugin, data } = setUp();
    new PluginClient(plugin).own('other');
    client.own('m');
    if (describe) await describeTo(client, id, more);
    await batch(client, rows, id);
    expect(data.names('webrtc-metrics')).toEqual([]);
  });

  it('is read with the columns that were described before it', async () => {
    const { client, lines } = setUp();
    client.own('m');
    await describeTo(client);
    const first = batch(client, ['1;2']);
    const second = describeTo(client, 'm', { headers: 'x.y.z' });
    await Promise.all([first, second, batch(client, ['7'])]);
    expect(lines()[0]?.map(({ values }) => values)).toEqual([{ 'a.b.c': 1, 'a.b.d': 2 }, { 'x.y.z': 7 }]);
  });

  it('is bounded, however many equal values it stands for', async () => {
    const { client, data } = setUp();
    client.own('m');
    const rows = [`${'v'.repeat(20_000)};1`, ...Array.from({ length: 20_000 }, () => ';')];
    await describeTo(client, 'm', { compression: 'gzip' });
    const metrics = gzipSync(JSON.stringify(rows)).toString('base64');
    await client.say('webRTCMetricsBatch', { mediaSessionId: 'm', metrics });
    const [text = ''] = data.texts('webrtc-metrics');
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(text.length).toBeLessThanOrEqual(1024 * 1024);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is dropped beyond the rate', async () => {
    const { client, lines } = setUp('--webrtc-metrics-message-rate', '3');
    client.own('m');
    await describeTo(client);
    for (let count = 0; count < 4; count++) await batch(client, [`${count};0`]);
    expect(lines()[0]?.map(({ values }) => values['a.b.c'])).toEqual([0, 1]);
    vi.advanceTimersByTime(1000);
    await batch(client, ['9;0']);
    expect(lines()[0]?.map(({ values }) => values['a.b.c'])).toEqual([0, 1, 9]);
  });

  it('that makes a file too large ends it, and leaves it whole', async () => {
    const { client, lines, log } = setUp('--webrtc-metrics-max-file-size', '65536');
    client.own('m');
    await describeTo(client);
    await batch(client, ['1;2']);
    await batch(client, [`${'x'.repeat(65_536)};2`]);
    await batch(client, ['3;4']);
    expect(lines()[0]?.map(({ values }) => values['a.b.c'])).toEqual([1]);
    expect(log.filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({
        msg: 'metrics of a stream end here',
        session: 'session-1',
        reason: 'file of more than 65536 bytes',
      }),
    ]);
  });

  it('of one stream too many takes the place of the oldest', async () => {
    const { client, lines } = setUp('--webrtc-metrics-max-files', '2');
    for (const id of ['one', 'two', 'three']) {
      client.own(id);
      await describeTo(client, id);
      await batch(client, ['1;2'], id);
      vi.advanceTimersByTime(1);
    }
    await batch(client, ['3;4'], 'one');
    expect(lines().map((file) => file.map(({ mediaSessionId }) => mediaSessionId))).toEqual([
      ['two'],
      ['three'],
    ]);
  });

  it('that cannot be written is told to the log once, and harms nobody', async () => {
    const { client, data, log } = setUp();
    writeFileSync(join(data.path, 'webrtc-metrics'), '');
    client.own('m');
    await describeTo(client);
    for (let count = 0; count < 3; count++) await batch(client, ['1;2']);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(log.at(-1)).toMatchObject({ reason: expect.stringMatching(/^E[A-Z]+ \(mkdir\)$/) });
  });
});
