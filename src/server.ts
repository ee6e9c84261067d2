/** The composition root: puts the rooms together, starts them, and stops them in order. */
import { fileURLToPath } from 'node:url';
import { type Administration, createAdministration, createGuard } from './administration.js';
import { createAdmission } from './admission.js';
import type { Config } from './config/index.js';
import type { Drain } from './drain.js';
import { Egress, egressSettings, StreamTranscoder } from './egress/index.js';
import type { Running } from './ending.js';
import type { Logger } from './kit/index.js';
import { listenForSockets, openTls, webPort } from './listeners.js';
import { createDiagnostics } from './plugins/diagnostics/index.js';
import { createRecording } from './plugins/recording/index.js';
import { createRooms } from './plugins/rooms/index.js';
import { createSnapshots } from './plugins/snapshots/index.js';
import { createStatistics } from './plugins/statistics/index.js';
import { Transcoders } from './plugins/transcoders/index.js';
import { startWeb, type Web } from './plugins/web/index.js';
import { createWebRtcMetrics } from './plugins/webrtc-metrics/index.js';
import { createWsMedia } from './plugins/ws-media/index.js';
import { sayReady } from './ready.js';
import { recordAccess } from './record-access.js';
import { SignalingServer } from './signaling/index.js';
import { StreamService } from './streams/index.js';
import { limitWarnings, readLimits } from './system-check.js';
import type { MediaPool } from './worker/index.js';

export interface ServerParts {
  readonly config: Config;
  readonly drain: Drain;
  readonly log: Logger;
  /** Of this server. */
  readonly version: string;
  /** The media processes, which may still be starting; closed when the server cannot start. */
  readonly opening: Promise<MediaPool>;
}

/**
 * Starts everything but the media processes, and waits for those.
 * @throws (rejects) Fault when something that it needs cannot be used
 */
export async function startServer({ config, drain, log, version, opening }: ServerParts): Promise<Running> {
  const [[admission, certificate], pool] = await Promise.all([
    Promise.all([createAdmission(config, log), openTls(config, log)]),
    opening,
  ]).catch(async (error) => {
    const pool = await opening.catch(() => null);
    await pool?.close();
    throw error;
  });
  const egress = createEgress(pool, config, log);
  const transcoding = new StreamTranscoder(egress, pool);
  const streams = new StreamService({
    plane: pool,
    transcoding,
    iceTransport: config.media.iceTransport,
    gate: drain.gate(admission.gate),
    abilities: config.codecs,
    bitrates: config.media,
    bandwidth: config.media,
    missingStreamInfo: config.protocol.missingStreamInfo,
    maxMediaSessionsPerSession: config.signaling.maxMediaSessionsPerSession,
    maxStreamNameLength: config.signaling.maxStreamNameLength,
    maxSdpSize: config.signaling.maxSdpSize,
    wallClock: Date.now,
  });
  const recording = createRecording({ config, streams, egress, log, wallClock: Date.now });
  admission.listen(streams);
  const options = { ...config.signaling, host: config.host, port: config.wsPort, version };
  const diagnostics = createDiagnostics(config, log);
  const metrics = createWebRtcMetrics(config, log);
  const clock = () => performance.now();
  const rooms = createRooms({ settings: config.rooms, streams, clock });
  const wsMedia = createWsMedia({ settings: config.wsMedia, streams, egress, clock });
  const snapshots = createSnapshots(config, streams, egress);
  const guard = createGuard(config, log);
  const unready = () => (drain.draining ? ['the server is draining'] : []);
  const refusedSockets = () => signaling.refused;
  const statistics = createStatistics(
    config,
    {
      log,
      streams,
      media: pool,
      egress,
      backends: admission.backends,
      version,
      refusedSockets,
      unready,
      clock,
    },
    guard,
  );
  admission.observe(statistics.onHook);
  const extensions = [
    statistics.extension,
    ...admission.extensions,
    rooms,
    wsMedia,
    diagnostics,
    metrics,
    snapshots,
  ];
  const signaling: SignalingServer = new SignalingServer(streams, options, log, extensions);
  drain.watch(streams, () => signaling.refuseNewcomers());
  let web: Web | null = null;
  let administration: Administration | null = null;
  const stop = async () => {
    streams.shutdown();
    certificate?.close();
    administration?.close();
    await recording.close();
    await Promise.all([signaling.close(), web?.close()]);
    statistics.close();
    const parts = [admission, diagnostics, metrics, egress, pool];
    await Promise.all([recording.told(), ...parts.map((part) => part.close())]);
  };
  try {
    const socketPorts = await listenForSockets(signaling, config, certificate);
    const consoleDir = fileURLToPath(new URL('./console', import.meta.url));
    const records = recording.downloads;
    const served = records && recordAccess(config.recording.serve, records, admission, guard);
    const downloads = [diagnostics.downloads, ...(served ? [served] : [])];
    const { snapshot, thumbnail } = snapshots;
    const warnings = [...admission.warnings, ...limitWarnings(readLimits(), config)];
    administration = createAdministration(log, {
      ...{ streams, clients: signaling, snapshot, thumbnail, recorder: recording.controller, version, guard },
      ...{ finished: recording.finished, statistics, egress, warnings, records: config.recording.enabled },
      transcoders: new Transcoders(streams, transcoding),
      drain: () => drain.begin(),
    });
    const { routes, sockets } = administration;
    const secure = webPort(config, certificate);
    const parts = { downloads, routes, sockets, actions: { stat: statistics.stat } };
    web = await startWeb({ config, log, consoleDir, ...socketPorts, secure, version, ...parts });
    for (const warning of warnings) log.warn(warning);
    sayReady(config, version, pool, { ...socketPorts, web }, log);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createEgress(pool: MediaPool, config: Config, log: Logger): Egress {
  const egress = new Egress(pool, egressSettings(config, log));
  egress.on('note', (message) => log.warn(message));
  egress.on('died', (egressPid, reason) =>
    log.error({ egressPid, reason }, 'egress process died, what it was making has ended'),
  );
  return egress;
}
