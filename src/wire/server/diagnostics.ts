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

/** Answers `sessionDebug`; `file` is a path on the web host (WCS spec C.14). */
export function notifySessionDebugEvent(status: string, file?: string): string {
  return frame('notifySessionDebugEvent', { status, file });
}
