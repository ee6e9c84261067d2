import { texts, wholeNumber } from '../kinds.js';
import { group, setting } from '../setting.js';

export const rooms = group(
  { title: 'Rooms', description: 'The Room API: video chat rooms of the Web SDK, and their limits.' },
  {
    appKeys: setting(texts('APPKEY'), ['roomApp'], 'The appKeys whose clients get the Room API.'),
    banned: setting(texts('LOGIN'), [], 'Logins that may not join any room.', 'nobody'),
    muted: setting(texts('LOGIN'), [], 'Logins that may join rooms but not send messages.', 'nobody'),
    maxRooms: setting(wholeNumber(1, 1_000_000), 1000, 'Most rooms at the same time.'),
    maxParticipants: setting(wholeNumber(1, 10_000), 100, 'Most participants of a room.'),
    maxRoomsPerSession: setting(wholeNumber(1, 1000), 16, 'Most rooms that one client is in.'),
    maxNameLength: setting(
      wholeNumber(1, 4096),
      128,
      'Most characters in the name of a room and in a login.',
    ),
    maxMessageLength: setting(wholeNumber(1, 1_000_000), 8192, 'Most characters in a message.'),
    maxCommandsPerSecond: setting(
      wholeNumber(1, 100_000),
      200,
      'Most commands that one client may give in a second; a message to everybody is one for each participant.',
    ),
  },
);
