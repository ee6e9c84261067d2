import { frame } from './frame.js';

/** Ends a call that never began (WCS spec C.13); `info` is one of the SDK's CALL_STATUS_INFO. */
export function finish(callId: string): string {
  return frame('finish', { callId, status: 'FAILED', info: 'Failed by session creation' });
}
