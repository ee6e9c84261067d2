import { frame } from './frame.js';

/** Settles the client's `sendData`; a third status would throw in the SDK (WCS spec C.8). */
export function dataStatusEvent(operationId: string, status: 'ACCEPTED' | 'FAILED', info?: string): string {
  return frame('DataStatusEvent', { operationId, status, info });
}

/** Application data to the client (WCS spec C.8), the Room API's among it. */
export function onDataEvent(payload: unknown, operationId?: string): string {
  return frame('OnDataEvent', { operationId, payload });
}
