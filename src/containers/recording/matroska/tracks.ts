import { id } from '../../matroska-ids.js';
import type { HeaderTracks } from '../muxer.js';
import type { AudioTrack, VideoConfig, VideoTrack } from '../recording-tracks.js';
import { element, float, text, uint } from './wide-elements.js';

export const trackNumbers = { video: 1, audio: 2 } as const;

const videoIds = {
  H264: 'V_MPEG4/ISO/AVC',
  VP8: 'V_VP8',
  VP9: 'V_VP9',
  AV1: 'V_AV1',
} as const;

/** Tags of WAVEFORMATEX (RFC 2361 and its registry); Matroska has no names of its own for them. */
const waveTags = { PCMA: 6, PCMU: 7, G722: 0x028f } as const;

export function tracksElement(tracks: HeaderTracks): Uint8Array {
  const entries: Uint8Array[] = [];
  if (tracks.video !== null) entries.push(videoEntry(tracks.video.track, tracks.video.config));
  if (tracks.audio !== null) entries.push(audioEntry(tracks.audio.track));
  return element(id.Tracks, ...entries);
}

function entry(number: number, type: number, codec: string, ...more: Uint8Array[]): Uint8Array {
  return element(
    id.TrackEntry,
    uint(id.TrackNumber, number, 1),
    uint(id.TrackUID, number, 1),
    uint(id.TrackType, type, 1),
    uint(id.FlagLacing, 0, 1),
    text(id.CodecID, codec),
    ...more,
  );
}

function videoEntry(track: VideoTrack, config: VideoConfig): Uint8Array {
  const described = track.codec === 'H264' || track.codec === 'AV1' ? config.description : null;
  const rotation = track.rotation ?? 0;
  // Roll counts against the clock (RFC 9559 section 5.1.4.1.28.44).
  const roll = rotation === 270 ? 90 : -rotation;
  const projection =
    rotation === 0
      ? []
      : [element(id.Projection, uint(id.ProjectionType, 0, 1), float(id.ProjectionPoseRoll, roll))];
  return entry(
    trackNumbers.video,
    1,
    videoIds[track.codec],
    ...(described === null ? [] : [element(id.CodecPrivate, described)]),
    element(id.Video, uint(id.PixelWidth, config.width), uint(id.PixelHeight, config.height), ...projection),
  );
}

function audioEntry(track: AudioTrack): Uint8Array {
  const opus = track.codec === 'opus';
  const rate = opus ? 48_000 : samplingRate(track);
  return entry(
    trackNumbers.audio,
    2,
    opus ? 'A_OPUS' : 'A_MS/ACM',
    element(id.CodecPrivate, track.codec === 'opus' ? opusHead(track.channels) : waveFormat(track)),
    ...(opus ? [uint(id.SeekPreRoll, 80_000_000)] : []),
    element(id.Audio, float(id.SamplingFrequency, rate), uint(id.Channels, track.channels, 1)),
  );
}

/** RFC 7845 section 5.1, without pre-skip: the recording begins in the middle of a stream, and its times are true. */
function opusHead(channels: number): Uint8Array {
  const head = Buffer.alloc(19);
  head.write('OpusHead');
  head[8] = 1;
  head[9] = channels;
  head.writeUInt32LE(48_000, 12);
  return head;
}

/** G.722's RTP clock is 8000 Hz for historical reasons (RFC 3551 section 4.5.2). */
function samplingRate(track: AudioTrack): number {
  return track.codec === 'G722' ? 16_000 : track.clockRate;
}

function waveFormat(track: AudioTrack): Uint8Array {
  const bits = track.codec === 'G722' ? 4 : 8;
  const format = Buffer.alloc(18);
  format.writeUInt16LE(waveTags[track.codec as keyof typeof waveTags], 0);
  format.writeUInt16LE(track.channels, 2);
  format.writeUInt32LE(samplingRate(track), 4);
  format.writeUInt32LE((samplingRate(track) * track.channels * bits) / 8, 8);
  format.writeUInt16LE(track.channels, 12);
  format.writeUInt16LE(bits, 14);
  return format;
}
