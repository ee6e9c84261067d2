import { hostname } from 'node:os';
import { applications } from '../applications.js';
import { onOff, textLine, texts, wholeNumber } from '../kinds.js';
import { group, kib, mib, minute, setting } from '../setting.js';

export const hooks = group(
  {
    title: 'Applications and hooks',
    description:
      'Which applications (appKeys) there are, and their backends, which are asked and told what clients do. See docs/hooks.md.',
  },
  {
    applications: setting(
      applications(),
      {},
      'The applications. While there are none, clients of any appKey are let in; once there are, only those of these, `defaultApp` and `roomApp` among them only where they are named.',
      'any appKey, no backend',
    ),
    enabled: setting(onOff(), true, 'Whether backends are called. Without, appKeys are still checked.'),
    nodeId: setting(
      textLine(),
      () => hostname(),
      'What this server calls itself towards backends.',
      'the name of the host',
    ),
    timeout: setting(
      wholeNumber(100, minute, 'ms'),
      15_000,
      'How long a call of a backend may take in all; then it has failed.',
    ),
    maxConcurrent: setting(
      wholeNumber(1, 1000),
      16,
      'Most calls of one application that its backend has at the same time.',
    ),
    maxQueue: setting(
      wholeNumber(1, 1_000_000),
      2000,
      'Most calls of one application that wait for their turn; more fail at once.',
    ),
    maxQueuePerSession: setting(
      wholeNumber(1, 10_000),
      100,
      'Most calls about one client that wait for the one before; more fail at once.',
    ),
    maxResponseSize: setting(
      wholeNumber(kib, 16 * mib, 'bytes'),
      mib,
      'Largest answer read of a backend; a larger one is an error. Backends that echo need more than signaling.maxMessageSize.',
    ),
    breakerFailures: setting(
      wholeNumber(1, 1000),
      5,
      'After this many calls in a row that got no answer (or 502, 503, 504) a backend counts as down, and calls fail at once.',
    ),
    breakerPause: setting(
      wholeNumber(100, 10 * minute, 'ms'),
      10_000,
      'Time until a backend that is down is tried again, with one call.',
    ),
    keepStreamsAlive: setting(
      onOff(),
      false,
      'Whether `StreamKeepAliveEvent` is sent for each stream that runs; 403 to it ends the stream where its errors FAIL.',
    ),
    streamKeepAliveInterval: setting(
      wholeNumber(1000, 60 * minute, 'ms'),
      10_000,
      'Time between two `StreamKeepAliveEvent` of a stream.',
    ),
    streamKeepAliveAppKeys: setting(
      texts('APPKEY'),
      ['defaultApp'],
      'The appKeys for whose streams it is sent.',
    ),
  },
);
