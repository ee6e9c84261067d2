import { oneOf } from '../kinds.js';
import { group, setting } from '../setting.js';

export const protocol = group(
  { title: 'Protocol', description: 'Details of the Web Call Server API on which existing servers differ.' },
  {
    missingStreamInfo: setting(
      oneOf(['Session does not exist', 'Stream not found'], 'TEXT'),
      'Session does not exist',
      'What a client that plays a stream nobody publishes is told.',
    ),
  },
);
