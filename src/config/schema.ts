import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { logLevels } from '../kit/index.js';
import {
  announceList,
  ipAddress,
  type Kind,
  oneOf,
  path,
  port,
  powerOfTwo,
  preferenceOf,
  wholeNumber,
} from './kinds.js';

/** What a person reads about a setting, beside its kind. */
export interface SettingNotes {
  readonly kind: Kind;
  readonly description: string;
  /** The default in words, where its value depends on the machine. */
  readonly defaultText?: string;
}

export interface GroupNotes {
  readonly title: string;
  readonly description: string;
}

export const settingNotes = new Map<z.ZodType, SettingNotes>();
export const groupNotes = new Map<z.ZodType, GroupNotes>();

const kib = 1024;
const mib = 1024 * kib;
const gib = 1024 * mib;
const minute = 60_000;

const mostMediaWorkers = 64;

function setting<Value>(
  kind: Kind<Value>,
  fallback: Value | (() => Value),
  description: string,
  defaultText?: string,
): z.ZodDefault<z.ZodType<Value>> {
  const schema = kind.schema.default(fallback as never);
  settingNotes.set(schema, { kind, description, ...(defaultText === undefined ? {} : { defaultText }) });
  return schema;
}

const codecs = z.strictObject({
  audio: setting(
    preferenceOf(['opus', 'PCMA', 'PCMU', 'G722'], 'CODEC'),
    ['opus', 'PCMA', 'PCMU', 'G722'],
    'Audio codecs to agree on with a publisher. What is left out is refused.',
  ),
  video: setting(
    preferenceOf(['H264', 'VP8'], 'CODEC'),
    ['H264', 'VP8'],
    'Video codecs to agree on with a publisher. What is left out is refused.',
  ),
});

const signaling = z.strictObject({
  pingInterval: setting(wholeNumber(100, 10 * minute, 'ms'), 5000, 'Time between two pings to a client.'),
  pingProbes: setting(
    wholeNumber(1, 1000),
    10,
    'A client that leaves this many pings in a row unanswered is disconnected.',
  ),
  connectionTimeout: setting(
    wholeNumber(100, 10 * minute, 'ms'),
    10_000,
    'Time a new WebSocket has to send its connection message.',
  ),
  maxMessageSize: setting(
    wholeNumber(4 * kib, 16 * mib, 'bytes'),
    256 * kib,
    'Largest message accepted from a client; a larger one closes its connection.',
  ),
  maxSessions: setting(wholeNumber(1, 1_000_000), 10_000, 'Most clients connected at the same time.'),
  maxSessionsPerAddress: setting(
    wholeNumber(1, 1_000_000),
    1000,
    'Most clients connected at the same time from one IP address.',
  ),
  maxMediaSessionsPerSession: setting(
    wholeNumber(1, 10_000),
    64,
    'Most streams that one client publishes and plays at the same time.',
  ),
  maxStreamNameLength: setting(wholeNumber(1, 4096), 256, 'Most characters in the name of a stream.'),
});

const media = z.strictObject({
  iceTimeout: setting(
    wholeNumber(100, 10 * minute, 'ms'),
    15_000,
    'Time a client has to connect its media before its stream fails.',
  ),
  iceKeepAlive: setting(
    wholeNumber(100, 10 * minute, 'ms'),
    15_000,
    'A client that gives no sign of life on its media connection for this long has failed.',
  ),
  rtpActivityTimeout: setting(
    wholeNumber(100, 60 * minute, 'ms'),
    minute,
    'A publisher that sends no media for this long has failed.',
  ),
  keyFrameRequestInterval: setting(
    wholeNumber(50, minute, 'ms'),
    1000,
    'Least time between two key frame requests to one publisher.',
  ),
  minBitrate: setting(
    wholeNumber(1000, 1_000_000_000, 'bit/s'),
    30_000,
    'Least video bitrate that a publisher is told to send.',
  ),
  maxBitrate: setting(
    wholeNumber(1000, 1_000_000_000, 'bit/s'),
    10_000_000,
    'Most video bitrate that a publisher is told to send.',
  ),
  packetCache: setting(
    powerOfTwo(128, 8192),
    1024,
    'Packets of each published track kept to repeat what a viewer lost.',
  ),
  arenaSize: setting(
    wholeNumber(16 * mib, 2 * gib - mib, 'bytes'),
    gib,
    'Address space of a media process for packets. Memory is only used as far as it is needed.',
  ),
  socketBuffer: setting(
    wholeNumber(64 * kib, gib, 'bytes'),
    4 * mib,
    'Send and receive buffer of a media socket that the system is asked for.',
  ),
  srtpProfiles: setting(
    preferenceOf(['AEAD_AES_128_GCM', 'AES128_CM_SHA1_80'], 'PROFILE'),
    ['AEAD_AES_128_GCM', 'AES128_CM_SHA1_80'],
    'SRTP protection profiles to agree on.',
  ),
});

const protocol = z.strictObject({
  missingStreamInfo: setting(
    oneOf(['Session does not exist', 'Stream not found'], 'TEXT'),
    'Session does not exist',
    'What a client that plays a stream nobody publishes is told.',
  ),
});

/** Every setting of Sluice: the one source of the types, the checks, the flags, the help and the reference. */
export const configSchema = z.strictObject({
  host: setting(ipAddress(), '0.0.0.0', 'Address to listen on, for WebSocket, HTTP and media.'),
  wsPort: setting(port(), 8080, 'TCP port of the WebSocket server that clients connect to.'),
  httpPort: setting(port(), 8081, 'TCP port of the web console.'),
  mediaPort: setting(
    port(),
    31_000,
    'UDP port of the first media process; each further one takes the next port.',
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
    'Addresses that clients send media to, when they differ from those of this machine (NAT, port mapping). A port is that of the first media process; each further one takes the next.',
    'the addresses of this machine',
  ),
  dataDir: setting(path(), './sluice-data', 'Folder for what Sluice keeps.'),
  logLevel: setting(oneOf(logLevels, 'LEVEL'), 'info', 'Least severity to log.'),
  codecs,
  signaling,
  media,
  protocol,
});

groupNotes.set(configSchema, { title: 'Server', description: 'Addresses, ports, folders and the log.' });
groupNotes.set(codecs, { title: 'Codecs', description: 'What media Sluice takes.' });
groupNotes.set(signaling, { title: 'Signaling', description: 'Clients on the WebSocket and their limits.' });
groupNotes.set(media, { title: 'Media', description: 'Media connections, bitrates and memory.' });
groupNotes.set(protocol, {
  title: 'Protocol',
  description: 'Details of the Web Call Server API on which existing servers differ.',
});

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The configuration: frozen at every depth. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
