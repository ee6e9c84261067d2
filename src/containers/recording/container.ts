import { MatroskaMuxer } from './matroska/matroska-muxer.js';
import { Mp4Muxer } from './mp4/mp4-muxer.js';
import type { Muxer } from './muxer.js';
import type { AudioTrack, RecordingTrack, VideoTrack } from './recording-tracks.js';

export type Extension = '.mp4' | '.webm' | '.mkv';

/** The one track of each kind that a file has. */
export interface FileTracks {
  readonly video: VideoTrack | null;
  readonly audio: AudioTrack | null;
}

/** The first track of each kind; a file has no others. */
export function fileTracks(tracks: readonly RecordingTrack[]): FileTracks {
  return {
    video: tracks.find((track): track is VideoTrack => track.kind === 'video') ?? null,
    audio: tracks.find((track): track is AudioTrack => track.kind === 'audio') ?? null,
  };
}

/**
 * The container that holds these tracks as they are and that most players take: WebM for VP8 and VP9 with Opus or without
 * sound, MP4 for H264, AV1 and sound alone. WebM knows neither G.711 nor G.722, and MP4 no G.722: these go to Matroska.
 */
export function extensionFor({ video, audio }: FileTracks): Extension {
  if (audio?.codec === 'G722') return '.mkv';
  if (video?.codec !== 'VP8' && video?.codec !== 'VP9') return '.mp4';
  return audio === null || audio.codec === 'opus' ? '.webm' : '.mkv';
}

export function muxerFor(tracks: FileTracks): Muxer {
  const extension = extensionFor(tracks);
  if (extension === '.mp4') return new Mp4Muxer(tracks.audio);
  return new MatroskaMuxer(extension === '.webm' ? 'webm' : 'matroska');
}
