import { oneOf, onOff, path, wholeNumber } from '../kinds.js';
import { gib, group, mib, minute, setting } from '../setting.js';

export const transcoding = group(
  {
    title: 'Transcoding',
    description:
      'What needs ffmpeg, a program of its own: players that ask for another size, bitrate or codec, and snapshots.',
  },
  {
    enabled: setting(
      onOff(),
      true,
      'Whether streams are transcoded. If not, what would need it is refused with `Transcoding required, but disabled`.',
    ),
    ffmpeg: setting(path(), 'ffmpeg', 'The program, 5.1 or later: its path, or its name on the PATH.'),
    maxProcesses: setting(
      wholeNumber(1, 256),
      4,
      'Most transcodes of pictures at the same time. What comes beyond is refused with `No available transcoders`.',
    ),
    maxSoundProcesses: setting(
      wholeNumber(1, 1024),
      32,
      'The same for sound, which takes a hundredth of that: one for each stream that is watched over MSE, and one over WSPlayer.',
    ),
    maxMemory: setting(
      wholeNumber(64 * mib, 64 * gib, 'bytes'),
      gib,
      'Most memory that one ffmpeg may allocate, where `prlimit` (util-linux) is installed.',
    ),
    threads: setting(
      wholeNumber(1, 64),
      2,
      'Threads that one ffmpeg encodes video with; VP8 takes one up to 1920×1080, where more cost more than they bring.',
    ),
    nice: setting(
      wholeNumber(0, 19),
      5,
      'How much ffmpeg gives way to the media processes when the processor is busy: 0 not at all, 19 most.',
    ),
    preset: setting(
      oneOf(['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'], 'NAME'),
      'veryfast',
      'How much time video encoders take: the quicker, the less is in a bit.',
    ),
    snapshotsAtOnce: setting(
      wholeNumber(1, 64),
      2,
      'Most snapshots made at the same time, beside the transcodes.',
    ),
    snapshotTimeout: setting(
      wholeNumber(100, 10 * minute, 'ms'),
      10_000,
      'How long a snapshot may take, with the wait for a key frame.',
    ),
  },
);
