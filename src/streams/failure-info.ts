import { StreamInfo } from '../wire/index.js';
import type { MediaFailure } from './media-plane.js';

/** What a client is told of each way media can fail (WCS spec C.5). */
export const failureInfo: Record<MediaFailure, StreamInfo> = {
  'ice-timeout': StreamInfo.FAILED_BY_ICE_TIMEOUT,
  'ice-keep-alive': StreamInfo.FAILED_BY_KEEP_ALIVE,
  'dtls-error': StreamInfo.FAILED_BY_DTLS_ERROR,
  'dtls-fingerprint': StreamInfo.FAILED_BY_DTLS_FINGERPRINT_ERROR,
  'rtp-activity': StreamInfo.FAILED_BY_RTP_ACTIVITY,
  'media-process': StreamInfo.FAILED_BY_ERROR,
};
