import { describe, expect, it } from 'vitest';
import { createWebRtcMetrics } from '../../../../src/plugins/webrtc-metrics/index.js';
import { configOf, problemsOf } from '../../config/support.js';
import { dataFolder, keptLog, PluginClient } from '../support/plugin-client.js';
import { batch, describeTo, setUp } from './support.js';

describe('the offer', () => {
  it('says what to collect, as the settings have it', () => {
    const { client } = setUp(
      '--webrtc-metrics-metrics',
      'a-b.x,c.y,a-b.z,a-b.x',
      '--webrtc-metrics-sampling',
      '500',
    );
    expect(client.welcomed).toEqual({
      webRTCMetricsServerDescription: {
        types: { 'a-b': { metrics: 'x,z' }, c: { metrics: 'y' } },
        sampling: 500,
        batchSize: 5,
        collect: 'on',
        compression: ['gzip'],
      },
    });
  });

  it('names the ingest point with its authorization, and takes nothing itself', () => {
    const flags = ['--webrtc-metrics-collect', 'false', '--webrtc-metrics-authorization', 'Bearer a'];
    const { client, plugin } = setUp('--webrtc-metrics-ingest-point', 'https://metrics.example/in', ...flags);
    expect(client.welcomed.webRTCMetricsServerDescription).toMatchObject({
      collect: 'off',
      ingestPoint: 'https://metrics.example/in',
      authorization: 'Bearer a',
    });
    expect(plugin.handlers).toEqual({});
  });

  it.each([
    [['WebRTC', 'MSE', 'WSPlayer']],
    [['MSE']],
    [['WSPlayer', 'WebRTC']],
    [['WebRTC', 'WebRTC']],
    [[]],
    ['webrtc'],
  ])('is not made to a client with %j', async (mediaProviders) => {
    const { plugin, data } = setUp();
    const other = new PluginClient(plugin, { mediaProviders });
    expect(other.welcomed).toEqual({});
    other.own('m');
    await describeTo(other);
    await batch(other, ['1;2']);
    expect(data.names('webrtc-metrics')).toEqual([]);
  });

  it('is not made by default', () => {
    const data = dataFolder();
    const plugin = createWebRtcMetrics(configOf({ argv: ['--data-dir', data.path] }), keptLog().log);
    expect(new PluginClient(plugin).welcomed).toEqual({});
    expect(plugin.handlers).toEqual({});
  });

  it.each([
    'ftp://a',
    'http:/a',
    'http://',
    'https://a/',
    'https://a b',
    '//a',
  ])('has no ingest point %s', (url) => {
    expect(problemsOf({ argv: ['--webrtc-metrics-ingest-point', url] })[0]).toContain(
      'is not a URL that begins',
    );
  });

  it.each(['bytesSent', 'a.b.c', 'a.b;c', 'A.b', '__proto__.a'])('has no metric %s', (metric) => {
    expect(problemsOf({ argv: ['--webrtc-metrics-metrics', metric] })[0]).toContain('is not TYPE.NAME');
  });

  it.each([
    'sEcReT\n',
    `sEcReT${'x'.repeat(4096)}`,
  ])('does not show an authorization that it refuses', (text) => {
    expect(problemsOf({ argv: [`--webrtc-metrics-authorization=${text}`] })).toEqual([
      'webrtcMetrics.authorization: "[secret]" is not a line of text of at most 4096 characters (flag --webrtc-metrics-authorization)',
    ]);
  });
});
