#!/usr/bin/env node
/** The composition root: puts the rooms together, starts them, and stops them in order. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Administration } from './administration.js';
import { createAdmission } from './admission.js';
import { checkConfig, readCommand, runClient } from './cli/index.js';
import { announcedAddresses, type Config, loadConfig, mediaAddresses } from './config/index.js';
import { Drain } from './drain.js';
import { Egress, egressSettings, StreamTranscoder } from './egress/index.js';
import { type Running, stopInTheEnd } from './ending.js';
import { createLogger, Fault, type Logger, listenFault, reasonOf } from './kit/index.js';
import { listenForSockets, openTls, webPort } from './listeners.js';
import type { SrtpProfile } from './native/index.js';
import { createDiagnostics } from './plugins/diagnostics/index.js';
import { createRecording } from './plugins/recording/index.js';
import { createRooms } from './plugins/rooms/index.js';
import { createSnapshots } from './plugins/snapshots/index.js';
import { Transcoders } from './plugins/transcoders/index.js';
import { startWeb, type Web } from './plugins/web/index.js';
import { createWebRtcMetrics } from './plugins/webrtc-metrics/index.js';
import { createWsMedia } from './plugins/ws-media/index.js';
import { sayReady } from './ready.js';
import { recordAccess } from './record-access.js';
import { SignalingServer } from './signaling/index.js';
import { StreamService } from './streams/index.js';
import { limitWarnings, readLimits } from './system-check.js';
import {
  createCertificate,
  MediaPool,
  type MediaProcessSettings,
  MediaProcessUnfit,
} from './worker/index.js';

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

async function main(): Promise<void> {
  const { command, argv } = readCommand(process.argv.slice(2));
  if (command === 'probe' || command === 'publish') {
    process.exitCode = await runClient(command, argv, (line) => process.stdout.write(`${line}\n`));
    return;
  }
  const loaded = loadConfig({
    argv,
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    version,
  });
  if (loaded.kind === 'text') {
    process.stdout.write(loaded.text);
    return;
  }
  const { config } = loaded;
  if (command === 'check-config') {
    process.stdout.write(await checkConfig(config));
    return;
  }
  prepareDataDir(config.dataDir);
  const log = createLogger({ level: config.logLevel });
  const drain = new Drain(config.drainTimeout, log);
  const starting = start(config, drain, log);
  // From the beginning: who has read that the server is ready may stop it at once.
  stopInTheEnd(starting, drain, log);
  await starting;
}

async function start(config: Config, drain: Drain, log: Logger): Promise<Running> {
  const admission = await createAdmission(config, log);
  // A new key takes its time, and so do media processes: both at once.
  const opening = openTls(config, log);
  opening.catch(() => {});
  // So do the many schemas of what administers the server: they are loaded while the media processes start.
  const [pool, { createAdministration, createGuard }, { createStatistics }] = await Promise.all([
    openMedia(config, log),
    import('./administration.js'),
    import('./plugins/statistics/index.js'),
  ]);
  const certificate = await opening.catch(async (error) => {
    await pool.close();
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

function prepareDataDir(path: string): void {
  try {
    if (!existsSync(path)) mkdirSync(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw Fault.of('DATA_DIR_UNUSABLE', { path, reason: reasonOf(error) });
  }
}

async function openMedia(config: Config, log: Logger): Promise<MediaPool> {
  const announced = announcedAddresses(config, networkInterfaces());
  const certificate = await createCertificate();
  const pool = new MediaPool({
    size: config.mediaWorkers,
    spreadAbove: config.media.spreadAbove / 100,
    certificate,
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

function createEgress(pool: MediaPool, config: Config, log: Logger): Egress {
  const egress = new Egress(pool, egressSettings(config, log));
  egress.on('note', (message) => log.warn(message));
  egress.on('died', (egressPid, reason) =>
    log.error({ egressPid, reason }, 'egress process died, what it was making has ended'),
  );
  return egress;
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

/** A fault on one line, unless it has several problems to tell. */
function plainText({ message, hint }: Fault): string {
  return `${message}${message.includes('\n') ? '\n' : '. '}${hint}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`sluice: ${error instanceof Fault ? plainText(error) : reasonOf(error)}\n`);
  process.exit(1);
});
