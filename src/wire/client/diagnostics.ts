import { z } from 'zod';
import { isObject, type JsonObject, text } from '../fields.js';

/** `pushLogs` (WCS spec B.10): one line of the client's log, many a second. */
export const pushLogsSchema = z.object({ logs: text() });
export type PushLogs = z.infer<typeof pushLogsSchema>;

/** `submitBugReport` (WCS spec B.10): the application's object, verbatim. */
export const bugReportSchema = z
  .unknown()
  .transform((value): { report: JsonObject } => ({ report: isObject(value) ? value : {} }));
export type BugReport = z.infer<typeof bugReportSchema>;

/** `sessionDebug` (WCS spec B.10); `command` is 'start' or 'stop'. */
export const sessionDebugSchema = z.object({ command: text() });
export type SessionDebug = z.infer<typeof sessionDebugSchema>;
