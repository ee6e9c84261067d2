import { createWebRtcMetrics } from '../../../../src/plugins/webrtc-metrics/index.js';
import { configOf } from '../../config/support.js';
import { dataFolder, keptLog, PluginClient } from '../support/plugin-client.js';

/** The plugin, turned on, over a data folder of its own, with one client that uses WebRTC alone. */
export function setUp(...argv: string[]) {
  const data = dataFolder();
  const kept = keptLog();
  const config = configOf({ argv: ['--data-dir', data.path, '--webrtc-metrics-enabled', 'true', ...argv] });
  const plugin = createWebRtcMetrics(config, kept.log);
  const client = new PluginClient(plugin);
  const lines = () =>
    data.texts('webrtc-metrics').map((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  return { data, plugin, client, lines, config, log: kept.lines };
}

export const describeTo = (client: PluginClient, mediaSessionId = 'm', more = {}) =>
  client.say('webRTCMetricsClientDescription', {
    mediaSessionId,
    compression: 'none',
    headers: 'a.b.c,a.b.d',
    ...more,
  });
export const batch = (client: PluginClient, rows: unknown, mediaSessionId = 'm') =>
  client.say('webRTCMetricsBatch', { mediaSessionId, metrics: JSON.stringify(rows) });
