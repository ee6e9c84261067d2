/** Statuses of a stream (WCS spec C.5). The mobile SDKs know no others. */
export const StreamStatus = {
  NEW: 'NEW',
  PENDING: 'PENDING',
  PUBLISHING: 'PUBLISHING',
  PLAYING: 'PLAYING',
  PAUSED: 'PAUSED',
  UNPUBLISHED: 'UNPUBLISHED',
  STOPPED: 'STOPPED',
  FAILED: 'FAILED',
  PLAYBACK_PROBLEM: 'PLAYBACK_PROBLEM',
  RESIZE: 'RESIZE',
  SNAPSHOT_COMPLETE: 'SNAPSHOT_COMPLETE',
  NOT_ENOUGH_BANDWIDTH: 'NOT_ENOUGH_BANDWIDTH',
} as const;
export type StreamStatus = (typeof StreamStatus)[keyof typeof StreamStatus];

/** After one of these the SDK has forgotten the stream (WCS spec C.5). */
export function isTerminal(status: StreamStatus): boolean {
  return (
    status === StreamStatus.UNPUBLISHED || status === StreamStatus.STOPPED || status === StreamStatus.FAILED
  );
}

/** `info` of a stream's status (WCS spec C.5): byte for byte, the mobile SDKs map them to enums. */
export const StreamInfo = {
  FAILED_BY_ICE_ERROR: 'Failed by ICE error',
  FAILED_BY_ICE_TIMEOUT: 'Failed by ICE timeout',
  FAILED_BY_KEEP_ALIVE: 'Failed by ICE keep alive',
  FAILED_BY_DTLS_FINGERPRINT_ERROR: 'Failed by DTLS fingerprint error',
  FAILED_BY_DTLS_ERROR: 'Failed by DTLS error',
  FAILED_BY_HLS_WRITER_ERROR: 'Failed by HLS writer error',
  FAILED_BY_RTMP_WRITER_ERROR: 'Failed by RTMP writer error',
  FAILED_BY_RTP_ACTIVITY: 'Failed by RTP activity',
  STOPPED_BY_SESSION_DISCONNECT: 'Stopped by session disconnect',
  STOPPED_BY_REST_TERMINATE: 'Stopped by rest /terminate',
  STOPPED_BY_PUBLISHER_STOP: 'Stopped by publisher stop',
  STOPPED_BY_USER: 'Stopped by user',
  FAILED_BY_ERROR: 'Failed by error',
  FAILED_TO_ADD_STREAM_TO_PROXY: 'Failed to add stream to proxy',
  DISTRIBUTOR_STOPPED: 'Distributor stopped',
  PUBLISH_STREAM_IS_NOT_READY: 'Publish stream is not ready',
  STREAM_NOT_FOUND: 'Stream not found',
  STREAM_NAME_ALREADY_IN_USE: 'Stream name is already in use',
  MEDIASESSION_ID_NULL: 'MediaSessionId is null',
  MEDIASESSION_ID_ALREADY_IN_USE: 'MediaSessionId is already in use',
  SESSION_NOT_READY: 'Session not ready',
  SESSION_DOES_NOT_EXIST: 'Session does not exist',
  RTSP_HAS_WRONG_FORMAT: 'Rtsp has wrong format',
  FILE_HAS_WRONG_FORMAT: 'File has wrong format',
  FAILED_TO_CONNECT_TO_RTSP_STREAM: 'Failed to connect to rtsp stream',
  RTSP_STREAM_NOT_FOUND: 'Rtsp stream not found',
  RTSPAGENT_SHUTDOWN: 'RtspAgent shutdown',
  STREAM_FAILED: 'Stream failed',
  NO_COMMON_CODECS: 'No common codecs',
  BAD_URI: 'Bad URI',
  GOT_EXCEPTION_WHILE_STREAMING_FILE: 'Got exception while streaming file',
  REQUESTED_STREAM_SHUTDOWN: 'Requested stream shutdown',
  FAILED_TO_READ_FILE: 'Failed to read file',
  FILE_NOT_FOUND: 'File not found',
  FAILED_TO_CONNECT_TO_ORIGIN_STREAM: 'Failed to connect to origin stream',
  CDN_STREAM_NOT_FOUND: 'CDN stream not found',
  FAILED_TO_GET_AGENT_STORAGE: 'Failed to get agent storage',
  AGENT_SERVICING_ORIGIN_STREAM_IS_SHUTTING_DOWN: 'Agent servicing origin stream is shutting down',
  TERMINATED_BY_KEEP_ALIVE: 'Terminated by keep-alive',
  TRANSCODING_REQUIRED_BUT_DISABLED: 'Transcoding required, but disabled',
  RESTRICTED_ACCESS: 'Restricted access',
  NO_AVAILABLE_TRANSCODERS: 'No available transcoders',
} as const;
export type StreamInfo = (typeof StreamInfo)[keyof typeof StreamInfo];

/** Statuses of a session as the SDK names them (WCS spec A.7). Only ESTABLISHED is ever on the wire. */
export const SessionStatus = {
  PENDING: 'PENDING',
  CONNECTED: 'CONNECTED',
  ESTABLISHED: 'ESTABLISHED',
  REGISTERED: 'REGISTERED',
  UNREGISTERED: 'UNREGISTERED',
  DISCONNECTED: 'DISCONNECTED',
  FAILED: 'FAILED',
  WARN: 'WARN',
  DEBUG: 'DEBUG',
  APP_DATA: 'APP_DATA',
  SEND_DATA_STATUS: 'SEND_DATA_STATUS',
  INCOMING_CALL: 'INCOMING_CALL',
} as const;
export type SessionStatus = (typeof SessionStatus)[keyof typeof SessionStatus];

/** Types of `notifyStreamEvent` (WCS spec C.7); the first five are also those of `sendStreamEvent` (B.7). */
export const StreamEventType = {
  AUDIO_MUTED: 'audioMuted',
  AUDIO_UNMUTED: 'audioUnmuted',
  VIDEO_MUTED: 'videoMuted',
  VIDEO_UNMUTED: 'videoUnmuted',
  DATA: 'data',
  RESIZE: 'resize',
  NOT_ENOUGH_BANDWIDTH: 'notEnoughBandwidth',
  SNAPSHOT_COMPLETED: 'snapshotCompleted',
  SNAPSHOT_FAILED: 'snapshotFailed',
} as const;
export type StreamEventType = (typeof StreamEventType)[keyof typeof StreamEventType];

/** Names of the ways media travels (WCS spec B.1). */
export const MediaProvider = { WEBRTC: 'WebRTC', MSE: 'MSE', WSPLAYER: 'WSPlayer', FLASH: 'Flash' } as const;
export type MediaProvider = (typeof MediaProvider)[keyof typeof MediaProvider];
