import { wholeNumber } from '../kinds.js';
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
  },
);
