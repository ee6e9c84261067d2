import { closeCode, wholeNumber } from '../kinds.js';
import { group, kib, mib, minute, setting } from '../setting.js';

export const signaling = group(
  { title: 'Signaling', description: 'Clients on the WebSocket and their limits.' },
  {
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
    maxMessageRate: setting(
      wholeNumber(1, 100_000),
      100,
      'Most messages a second of one client, twice as many at once; more close its connection. A message counts once more for each 8 KiB that it has. Lines of its log and its metrics do not count up to ten times as many.',
    ),
    maxPending: setting(
      wholeNumber(1, 1_000_000),
      1000,
      'Most WebSockets at the same time that have not sent their connection message.',
    ),
    maxPendingPerAddress: setting(
      wholeNumber(1, 1_000_000),
      200,
      'The same from one IP address; of IPv6, from one /64 network.',
    ),
    maxSessions: setting(wholeNumber(1, 1_000_000), 10_000, 'Most clients connected at the same time.'),
    maxSessionsPerAddress: setting(
      wholeNumber(1, 1_000_000),
      1000,
      'Most clients connected at the same time from one IP address (of IPv6, from one /64 network), and as many connections that are no WebSockets yet. Raise it for a proxy, whose address all its clients have.',
    ),
    maxMediaSessionsPerSession: setting(
      wholeNumber(1, 10_000),
      64,
      'Most streams that one client publishes and plays at the same time.',
    ),
    maxMediaSockets: setting(
      wholeNumber(1, 10_000),
      32,
      'Most WebSockets for media (MSE, WSPlayer) that one client has beside its first one.',
    ),
    keepAliveTimeout: setting(
      wholeNumber(0, 24 * 60 * minute, 'ms'),
      5 * minute,
      'How long a client that asked for keepAlive may come back with its authToken after its connection has dropped.',
    ),
    maxKeptSessions: setting(
      wholeNumber(1, 1_000_000),
      1000,
      'Most clients that may come back at the same time; above it the one that left first is forgotten.',
    ),
    maxStreamNameLength: setting(wholeNumber(1, 4096), 256, 'Most characters in the name of a stream.'),
    maxSdpSize: setting(
      wholeNumber(4 * kib, 16 * mib, 'characters'),
      64 * kib,
      'Largest SDP accepted in an offer; the stream of a larger one fails.',
    ),
    maxStreamEventSize: setting(
      wholeNumber(1, 16 * mib, 'characters'),
      32 * kib,
      'Largest payload of a stream event, which every player of the stream gets.',
    ),
    refusedCloseCode: setting(
      closeCode(),
      1008,
      'Code that the WebSocket of a client is closed with that may not connect. Old SDKs call 1000 an orderly end.',
    ),
  },
);
