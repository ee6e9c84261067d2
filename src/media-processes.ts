/** Part of the composition root: the processes that carry media. */
import { networkInterfaces } from 'node:os';
import { announcedAddresses, type Config, mediaAddresses } from './config/index.js';
import { Fault, type Logger, listenFault, reasonOf } from './kit/index.js';
import type { SrtpProfile } from './native/index.js';
import {
  createCertificate,
  MediaPool,
  type MediaProcessSettings,
  MediaProcessUnfit,
} from './worker/index.js';

/**
 * Starts them all, and waits until they serve.
 * @throws (rejects) Fault when one cannot work; then none is left
 */
export async function openMedia(config: Config, log: Logger): Promise<MediaPool> {
  const announced = announcedAddresses(config, networkInterfaces());
  const pool = new MediaPool({
    size: config.mediaWorkers,
    spreadAbove: config.media.spreadAbove / 100,
    certificate: createCertificate(),
    addresses: (ports, index) => mediaAddresses(announced, ports, index),
    settings: {
      host: config.host,
      port: config.mediaPort,
      tcp: tcpSettings(config),
      arenaSize: config.media.arenaSize,
      socketBuffer: config.media.socketBuffer,
      gatherTime: config.media.gatherTime,
      srtpProfiles: config.media.srtpProfiles.map((profile) => `SRTP_${profile}` as SrtpProfile),
      refuseAbove: {
        viewers: config.media.refuseViewersAbove / 100,
        publishers: config.media.refusePublishersAbove / 100,
      },
      iceTimeout: config.media.iceTimeout,
      iceKeepAlive: config.media.iceKeepAlive,
      media: config.media,
    },
  });
  pool.on('note', (message) => log.warn(message));
  pool.on('died', (mediaPid, reason) =>
    log.error({ mediaPid, reason }, 'media process died, its streams have failed'),
  );
  pool.on('replaced', (mediaPid) => log.info({ mediaPid }, 'media process replaced'));
  try {
    await pool.open();
    return pool;
  } catch (error) {
    await pool.close();
    throw mediaFault(error, config);
  }
}

function tcpSettings({ media }: Config): MediaProcessSettings['tcp'] {
  if (!media.tcp) return null;
  return {
    port: media.tcpPort,
    connections: media.maxTcpConnections,
    strangersPerNetwork: media.maxPendingTcpPerAddress,
    queue: media.tcpQueue,
  };
}

/** What a media process says it cannot do, as the fault that tells the operator. */
function mediaFault(error: unknown, { host, mediaPort }: Config): Fault {
  if (!(error instanceof MediaProcessUnfit))
    return Fault.of('MEDIA_PROCESS_FAILED', { reason: reasonOf(error) });
  if (error.code === 'platform') {
    return Fault.of('PLATFORM_UNSUPPORTED', {
      platform: `${process.platform} ${process.arch}`,
      reason: error.message,
    });
  }
  if (error.code === 'symbols') return Fault.of('NATIVE_UNAVAILABLE', { reason: error.message });
  const { protocol, port } = error.reason.bind ?? { protocol: 'UDP', port: mediaPort };
  const flag = protocol === 'TCP' ? '--media-tcp-port' : '--media-port';
  return listenFault(error, { protocol, host, port, flag });
}
