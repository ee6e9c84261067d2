import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import { logLevels } from '../kit/index.js';
import { access } from './groups/access.js';
import { admin } from './groups/admin.js';
import { balance } from './groups/balance.js';
import { codecs } from './groups/codecs.js';
import { diagnostics } from './groups/diagnostics.js';
import { hooks } from './groups/hooks.js';
import { media } from './groups/media.js';
import { protocol } from './groups/protocol.js';
import { recording } from './groups/recording.js';
import { rooms } from './groups/rooms.js';
import { signaling } from './groups/signaling.js';
import { metrics, statistics } from './groups/statistics.js';
import { tls } from './groups/tls.js';
import { transcoding } from './groups/transcoding.js';
import { web } from './groups/web.js';
import { webrtcMetrics } from './groups/webrtc-metrics.js';
import { wsMedia } from './groups/ws-media.js';
import { announceList, ipAddress, oneOf, path, port, wholeNumber } from './kinds.js';
import { group, minute, setting } from './setting.js';

const mostMediaWorkers = 64;

/** Every setting of Sluice: the one source of the types, the checks, the flags, the help and the reference. */
export const configSchema = group(
  { title: 'Server', description: 'Addresses, ports, folders and the log.' },
  {
    host: setting(ipAddress(), '0.0.0.0', 'Address to listen on, for WebSocket, HTTP and media.'),
    wsPort: setting(port(), 8080, 'TCP port of the WebSocket server that clients connect to.'),
    httpPort: setting(port(), 8081, 'TCP port of the web console.'),
    mediaPort: setting(
      port(),
      31_000,
      'UDP port of the first media process, and unless media.tcpPort says otherwise its TCP port; each further one takes the next port.',
    ),
    mediaWorkers: setting(
      wholeNumber(1, mostMediaWorkers),
      () => Math.min(mostMediaWorkers, Math.max(1, availableParallelism() - 1)),
      'Number of media processes.',
      'one less than the processor cores, at least 1',
    ),
    announce: setting(
      announceList(),
      [],
      'Addresses that clients send media to, when they differ from those of this machine (NAT, port mapping). A port is that of the first media process, for UDP and TCP; each further one takes the next. TCPPORT is that of TCP where it is another one.',
      'the addresses of this machine',
    ),
    dataDir: setting(path(), './sluice-data', 'Folder for what Sluice keeps.'),
    drainTimeout: setting(
      wholeNumber(1000, 7 * 24 * 60 * minute, 'ms'),
      60 * minute,
      'How long the streams that there are may go on after SIGUSR2, which has the server take no new clients and streams and end with the last stream.',
    ),
    logLevel: setting(oneOf(logLevels, 'LEVEL'), 'info', 'Least severity to log.'),
    tls,
    codecs,
    signaling,
    media,
    protocol,
    transcoding,
    wsMedia,
    recording,
    rooms,
    admin,
    web,
    hooks,
    access,
    balance,
    diagnostics,
    webrtcMetrics,
    statistics,
    metrics,
  },
);

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The configuration: frozen at every depth. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
