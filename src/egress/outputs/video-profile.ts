import type { VideoProfile } from '../transcode/transcode-profile.js';
import type { WsPlayerRequest } from './ws-media-request.js';

/** What a player asks for, as a form that the picture is brought into. @param keyFrameInterval seconds */
export function videoProfile(
  codec: VideoProfile['codec'],
  { width, height, bitrate, quality }: Omit<WsPlayerRequest, 'kind'>,
  keyFrameInterval: number,
): VideoProfile {
  const size = { kind: 'video', codec, width, height, bitrate, keyFrameInterval } as const;
  return quality > 0 ? { ...size, quality } : size;
}
