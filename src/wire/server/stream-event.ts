import { frame } from './frame.js';

/** Events within a stream; a payload that is not optional here makes the SDK throw when it is missing (WCS spec C.7). */
export type WireStreamEvent =
  | {
      readonly type: 'audioMuted' | 'audioUnmuted' | 'videoMuted' | 'videoUnmuted' | 'data';
      readonly payload?: unknown;
    }
  | {
      readonly type: 'resize';
      readonly payload: { readonly streamerVideoWidth: number; readonly streamerVideoHeight: number };
    }
  /** `info` is `<remote bitrate>/<bandwidth>`, both bit/s. */
  | { readonly type: 'notEnoughBandwidth'; readonly payload: { readonly info: string } }
  /** `snapshot` is a PNG in base64. */
  | { readonly type: 'snapshotCompleted'; readonly payload: { readonly snapshot: string } }
  | { readonly type: 'snapshotFailed'; readonly payload: { readonly info: string } };

/** @param mediaSessionId that of the receiver */
export function notifyStreamEvent(mediaSessionId: string, event: WireStreamEvent): string {
  return frame('notifyStreamEvent', { mediaSessionId, type: event.type, payload: event.payload });
}
