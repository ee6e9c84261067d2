import type { StreamStatus } from './constants.js';

/** A stream as its owner sees it (WCS spec C.5). What is left out is false, 0 or absent. */
export interface StreamStatusFields {
  readonly mediaSessionId: string;
  readonly name: string;
  /** True for its publisher, false for a viewer. */
  readonly published: boolean;
  readonly status: StreamStatus;
  /** One of `StreamInfo`, or an application's own reason. */
  readonly info?: string | undefined;
  readonly hasVideo?: boolean;
  readonly hasAudio?: boolean;
  readonly audioCodec?: string | undefined;
  readonly videoCodec?: string | undefined;
  readonly record?: boolean;
  /** The recording's file name, in the last status. */
  readonly recordName?: string | undefined;
  /** ms since the epoch, while it is recorded. */
  readonly recordTimestamp?: number | null;
  readonly width?: number;
  readonly height?: number;
  readonly bitrate?: number;
  readonly minBitrate?: number;
  readonly maxBitrate?: number;
  readonly quality?: number;
  /** ms since the epoch */
  readonly createDate?: number | undefined;
  readonly mediaProvider?: string;
  /** So that a viewer who comes late knows (WCS spec D.10). */
  readonly audioMuted?: boolean | undefined;
  readonly videoMuted?: boolean | undefined;
}

/** A stream as the protocol writes it, to clients and backends (WCS spec C.5, G.3). */
export function streamObject(stream: StreamStatusFields): Readonly<Record<string, unknown>> {
  const { mediaSessionId, name, record = false, recordTimestamp = null } = stream;
  return {
    mediaSessionId,
    name,
    published: stream.published,
    hasVideo: stream.hasVideo ?? false,
    hasAudio: stream.hasAudio ?? false,
    status: stream.status,
    audioCodec: stream.audioCodec,
    videoCodec: stream.videoCodec,
    info: stream.info,
    record,
    recordName: stream.recordName,
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    bitrate: stream.bitrate ?? 0,
    minBitrate: stream.minBitrate ?? 0,
    maxBitrate: stream.maxBitrate ?? 0,
    quality: stream.quality ?? 0,
    createDate: stream.createDate,
    streamInfo: {
      nodeId: null,
      appKey: null,
      sessionId: null,
      mediaSessionId,
      name,
      samplingTime: null,
      recordTimestamp,
      recordStarted: recordTimestamp !== null,
    },
    mediaProvider: stream.mediaProvider ?? 'WebRTC',
    audioState: muteState(stream.audioMuted),
    videoState: muteState(stream.videoMuted),
  };
}

function muteState(muted: boolean | undefined): { muted: boolean } | undefined {
  return muted === undefined ? undefined : { muted };
}
