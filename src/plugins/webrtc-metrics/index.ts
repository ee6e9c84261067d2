import { resolve } from 'node:path';
import type { Config } from '../../config/index.js';
import { BoundedFolder, type Logger, RateLimit } from '../../kit/index.js';
import type { Client, SignalingExtension } from '../../signaling/index.js';
import type { MediaSession } from '../../streams/index.js';
import { canCollect, serverDescription } from './description.js';
import { Recorder } from './recorder.js';

const second = 1000;

/** The statistics that clients collect of their own media connections (WCS spec B.11, C.1). */
export interface WebRtcMetrics extends SignalingExtension {
  /** Resolves when what has come so far is written. */
  close(): Promise<void>;
}

/** @returns something that takes no messages and asks nobody, where the settings have it off */
export function createWebRtcMetrics(
  { dataDir, webrtcMetrics: settings }: Pick<Config, 'dataDir' | 'webrtcMetrics'>,
  log: Logger,
): WebRtcMetrics {
  if (!settings.enabled) return { handlers: {}, close: async () => {} };
  const folder = new BoundedFolder({
    path: resolve(dataDir, 'webrtc-metrics'),
    extension: '.jsonl',
    maxFiles: settings.maxFiles,
    maxFileSize: settings.maxFileSize,
  });
  const description = serverDescription(settings);
  const rates = new WeakMap<Client, RateLimit>();
  const recorders = new WeakMap<MediaSession, Recorder>();

  /** null for who was not asked, sends too much, or names a media session that is not its own. */
  function recorderOf(client: Client, mediaSessionId: string): Recorder | null {
    const mediaSession = client.session.mediaSessions.get(mediaSessionId);
    if (!mediaSession || !rates.get(client)?.allow(performance.now())) return null;
    const known = recorders.get(mediaSession);
    if (known) return known;
    const recorder = new Recorder(mediaSession, folder, settings.sampling, log);
    recorders.set(mediaSession, recorder);
    return recorder;
  }

  return {
    // Whoever posts to the ingest point sends nothing here.
    handlers:
      description.ingestPoint === undefined
        ? {
            webRTCMetricsClientDescription: (data, client) =>
              recorderOf(client, data.mediaSessionId)?.describe(data),
            webRTCMetricsBatch: (data, client) =>
              recorderOf(client, data.mediaSessionId)?.take(data.metrics, Date.now()),
          }
        : {},
    welcome: (client, request) => {
      if (!canCollect(request)) return {};
      rates.set(client, new RateLimit(settings.messageRate, second));
      return { webRTCMetricsServerDescription: description };
    },
    close: () => folder.settled(),
  };
}
