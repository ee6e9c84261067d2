import { frame } from './frame.js';

/** What failed (WCS spec C.9). */
export interface Failure {
  /** 'StreamStatusEvent' ends the stream `id` in the client; others only warn. */
  readonly apiMethod: string;
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly info: string;
}

/** Warns the session, or fails a stream or a call of it (WCS spec C.9). */
export function fail({ apiMethod, id, status, info }: Failure): string {
  return frame('fail', { apiMethod, id, status, info });
}

/** Answers `sessionDebug`; `file` is a path on the web host, `info` says what failed (WCS spec C.14). */
export function notifySessionDebugEvent(status: string, file?: string, info?: string): string {
  return frame('notifySessionDebugEvent', { status, file, info });
}

/** Answers `submitBugReport` with the name of the file that keeps it; only older clients read it (WCS spec C.14). */
export function notifyBugReport(file: string): string {
  return frame('notifyBugReport', file);
}
