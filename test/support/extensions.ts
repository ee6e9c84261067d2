import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/index.js';
import { Egress, type EgressSettings } from '../../src/egress/index.js';
import { createLogger } from '../../src/kit/index.js';
import { createDiagnostics } from '../../src/plugins/diagnostics/index.js';
import { createRecording } from '../../src/plugins/recording/index.js';
import { createRooms } from '../../src/plugins/rooms/index.js';
import { createSnapshots } from '../../src/plugins/snapshots/index.js';
import { createWebRtcMetrics } from '../../src/plugins/webrtc-metrics/index.js';
import { createWsMedia } from '../../src/plugins/ws-media/index.js';
import type { SignalingExtension } from '../../src/signaling/index.js';
import type { MediaPipes, StreamService } from '../../src/streams/index.js';
import { FakeEgress } from './fake-egress.js';
import { FakeRecorder } from './recording/fake-recorder.js';

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-test-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

/**
 * The configuration of a server with these settings, and its data in a folder that goes with this process.
 * @param settings by path, such as `signaling.pingProbes`
 * @throws Fault at a setting or value that there is not
 */
export function configOf(settings: Readonly<Record<string, unknown>>): Config {
  const file: Record<string, unknown> = { dataDir };
  for (const [path, value] of Object.entries(settings)) {
    const [group, name] = path.split('.') as [string, string | undefined];
    if (name === undefined) file[group] = value;
    else file[group] = { ...(file[group] as object | undefined), [name]: value };
  }
  const readFile = () => JSON.stringify(file);
  const loaded = loadConfig({ argv: ['--config', 'settings.json'], env: {}, readFile, version: '1.2.3' });
  if (loaded.kind === 'text') throw new Error('the settings are no configuration');
  return loaded.config;
}

/** Nothing is asked of its process, which so never starts. */
const withoutFfmpeg = new Egress(
  {} as MediaPipes,
  Promise.resolve({ transcoding: { ffmpeg: null } } as EgressSettings),
);

/** The clock of the streams' service, which stands still, ms since 1970. */
const streamsNow = 1_700_000_000_000;

/** The extensions that a server of this configuration runs with. */
export function extensionsOf(
  config: Config,
  streams: StreamService,
  egress = new FakeEgress(),
  recorder = new FakeRecorder(),
): SignalingExtension[] {
  const log = createLogger({ level: 'silent' });
  const clock = () => performance.now();
  createRecording({ config, streams, egress: recorder, log, wallClock: () => streamsNow });
  return [
    createRooms({ settings: config.rooms, streams, clock }),
    createWsMedia({ settings: config.wsMedia, streams, egress, clock }),
    createDiagnostics(config, log),
    createWebRtcMetrics(config, log),
    createSnapshots(config, streams, withoutFfmpeg),
  ];
}
