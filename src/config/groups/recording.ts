import { oneOf, onOff, path, text, webUrl, wholeNumber } from '../kinds.js';
import { day, gib, group, hour, minute, second, setting, tib } from '../setting.js';

export const recording = group(
  {
    title: 'Recording',
    description: 'Streams that are recorded because their publisher (`record`) or an operator asks for it.',
  },
  {
    enabled: setting(onOff(), true, 'Whether streams are recorded. If not, they are published all the same.'),
    folder: setting(
      path(),
      'records',
      'Folder of the recordings, of this server alone; a relative path is one in dataDir.',
    ),
    template: setting(
      text('TEXT', 1, 1024),
      'stream-{mediaSessionId}-{login}',
      'Name of a recording, without extension, made of text and of {streamName}, {sessionId}, {mediaSessionId}, {login}, {audioCodec}, {videoCodec}, {startTime}, {startTimeMillis}, {endTime}, {endTimeMillis} and {duration}. What a file system, a URL or a shell might read another way becomes `_`.',
    ),
    maxConcurrent: setting(
      wholeNumber(1, 10_000),
      64,
      'Most streams recorded at the same time. Further ones are published without being recorded.',
    ),
    maxFileSize: setting(
      wholeNumber(0, tib, 'bytes'),
      0,
      'Size after which a recording goes on in a new file, at the next key frame; 0 for one file.',
    ),
    maxFileDuration: setting(
      wholeNumber(0, 7 * day, 'ms'),
      0,
      'Time after which a recording goes on in a new file, at the next key frame; 0 for one file.',
    ),
    keyFrameInterval: setting(
      wholeNumber(0, 10 * minute, 'ms'),
      10 * second,
      'Time after which the publisher of a recorded stream is asked for a key frame if none has come by itself, so that players can seek in the recording; 0 for never.',
    ),
    minFreeSpace: setting(
      wholeNumber(0, 512 * tib, 'bytes'),
      2 * gib,
      'Free space on the disk below which recordings end, and no others begin, before the disk is full; 0 for no such bound.',
    ),
    maxTotalSize: setting(
      wholeNumber(0, 512 * tib, 'bytes'),
      20 * gib,
      'Size of all recordings together above which recordings end, and no others begin; 0 for no such bound. Nothing is deleted for it: see keepFor.',
    ),
    keepFor: setting(
      wholeNumber(0, 3650 * day, 'ms'),
      0,
      'Age, since it was finished, after which a recording is deleted; 0 for never.',
    ),
    serve: setting(
      oneOf(['access', 'open', 'admin', 'off'], 'ACCESS'),
      'access',
      'Who gets recordings over HTTP, under `/client/records/`: `access`: who may play the stream, so everybody who knows a name where neither access nor hooks are set; `open`: everybody who knows a name; `admin`: who administers the server; `off`: nobody. Who administers the server always may, but for `off`.',
    ),
    hookProgram: setting(
      text('PATH', 0, 4096),
      '',
      'Program that is run for each file that is finished, with the name of the stream and the absolute path of the file.',
      'none',
    ),
    hookUrl: setting(
      webUrl(),
      '',
      'HTTP address that what is known of each finished file is posted to, as JSON.',
      'none',
    ),
    hookTimeout: setting(
      wholeNumber(second, hour, 'ms'),
      30 * second,
      'Time that the program, or an answer of that address, may take.',
    ),
  },
);
