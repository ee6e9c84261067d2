import { onOff, wholeNumber } from '../kinds.js';
import { group, kib, mib, setting } from '../setting.js';

export const diagnostics = group(
  {
    title: 'Diagnostics',
    description: 'What clients tell of themselves: log lines, records of sessions, bug reports.',
  },
  {
    logLineRate: setting(
      wholeNumber(0, 10_000),
      20,
      "Most lines of one client's own log that go to the log (at level debug) in a second. The rest are counted.",
    ),
    logLineLength: setting(
      wholeNumber(1, 16 * kib),
      500,
      "Longest line taken from a client's own log, in characters. A longer one is cut.",
    ),
    sessionDebug: setting(
      onOff(),
      true,
      'Whether clients may have their session recorded into a file, which they get the link to.',
    ),
    maxDebugSessions: setting(wholeNumber(1, 1000), 8, 'Most sessions recorded at the same time.'),
    maxDebugFileSize: setting(
      wholeNumber(64 * kib, 256 * mib, 'bytes'),
      4 * mib,
      'Largest record of a session; it is held in memory while it runs, and loses what is oldest.',
    ),
    maxDebugFiles: setting(wholeNumber(1, 10_000), 50, 'Most records kept; the oldest is deleted.'),
    bugReports: setting(onOff(), true, 'Whether bug reports of clients are kept.'),
    maxBugReportSize: setting(
      wholeNumber(kib, 16 * mib, 'bytes'),
      64 * kib,
      'Largest bug report kept; a larger one is refused.',
    ),
    maxBugReports: setting(wholeNumber(1, 100_000), 200, 'Most bug reports kept; the oldest is deleted.'),
    bugReportRate: setting(wholeNumber(1, 10_000), 6, 'Most bug reports taken from one client in a minute.'),
  },
);
