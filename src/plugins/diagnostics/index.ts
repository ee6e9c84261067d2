import { resolve } from 'node:path';
import type { Config } from '../../config/index.js';
import { BoundedFolder, type Logger } from '../../kit/index.js';
import type { Client, SignalingExtension } from '../../signaling/index.js';
import { BugReports } from './bug-reports.js';
import { PushedLogs } from './pushed-logs.js';
import { debugUrl, SessionDebug } from './session-debug.js';

/** Files of one folder that the web server gives to whoever knows their names. */
export interface DebugDownloads {
  /** The path in the URL, with a slash at its end. */
  readonly url: string;
  readonly folder: string;
  /** Whether a name is that of a file to give away. */
  owns(name: string): boolean;
}

/** The messages that diagnose a client: `pushLogs`, `sessionDebug`, `submitBugReport` (WCS spec B.10, C.14). */
export interface Diagnostics extends SignalingExtension {
  readonly downloads: DebugDownloads;
  /** Ends and writes the records that run. */
  close(): Promise<void>;
}

const longestUserAgent = 512;

export function createDiagnostics(
  { dataDir, diagnostics }: Pick<Config, 'dataDir' | 'diagnostics'>,
  log: Logger,
): Diagnostics {
  const records = new BoundedFolder({
    path: resolve(dataDir, 'debug'),
    extension: '.jsonl',
    maxFiles: diagnostics.maxDebugFiles,
    maxFileSize: diagnostics.maxDebugFileSize,
  });
  const reports = new BoundedFolder({
    path: resolve(dataDir, 'bug-reports'),
    extension: '.json',
    maxFiles: diagnostics.maxBugReports,
    maxFileSize: diagnostics.maxBugReportSize,
  });
  const debug = new SessionDebug(records, diagnostics, log);
  const logs = new PushedLogs(diagnostics, log);
  const bugReports = new BugReports(reports, diagnostics, log);
  const userAgents = new WeakMap<Client, string>();
  const userAgentOf = (client: Client) => userAgents.get(client) ?? '';

  return {
    handlers: {
      pushLogs: (data, client) => logs.take(client, data.logs, performance.now()),
      sessionDebug: async ({ command }, client) => {
        if (command === 'start') debug.start(client, userAgentOf(client));
        if (command === 'stop') await debug.stop(client);
      },
      submitBugReport: ({ report }, client) => bugReports.submit(client, userAgentOf(client), report),
    },
    welcome: (client, { clientBrowserVersion }) => {
      userAgents.set(client, clientBrowserVersion.slice(0, longestUserAgent));
      return {};
    },
    onTraffic: (client, direction, text) => debug.onTraffic(client, direction, text),
    onEnd: (client) => {
      logs.end(client);
      debug.end(client);
    },
    downloads: { url: debugUrl, folder: records.path, owns: (name) => records.owns(name) },
    close: async () => {
      await debug.close();
      await Promise.all([records.settled(), reports.settled()]);
    },
  };
}
