import { wholeNumber } from '../kinds.js';
import { group, kib, mib, minute, setting } from '../setting.js';

export const wsMedia = group(
  {
    title: 'Media over WebSocket',
    description: 'Players that take media from a WebSocket: MSE and WSPlayer of the Web SDK.',
  },
  {
    socketTimeout: setting(
      wholeNumber(100, 10 * minute, 'ms'),
      15_000,
      'Time a player has to open its WebSocket for media; it fails after it.',
    ),
    keyFrameInterval: setting(
      wholeNumber(500, 10_000, 'ms'),
      2000,
      'How often a key frame is asked of the publisher while MSE players watch. They begin at one that is at least two seconds old, and are late by the difference.',
    ),
    historySize: setting(
      wholeNumber(256 * kib, 256 * mib, 'bytes'),
      16 * mib,
      'Most memory of one stream for what players that join are sent at once.',
    ),
    maxUnsent: setting(
      wholeNumber(64 * kib, 64 * mib, 'bytes'),
      2 * mib,
      'Most bytes that wait for one player; those that follow are left out up to the next key frame. Half of it must have gone by then.',
    ),
    slowTimeout: setting(
      wholeNumber(1000, 10 * minute, 'ms'),
      10_000,
      'A player that could be sent nothing for so long because it does not read is given up.',
    ),
  },
);
