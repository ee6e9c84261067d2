import type { TrackDescription } from '../media/index.js';
import { agreePlay, isSdpFault, type Offer, type PublishedTrack } from '../sdp/index.js';
import type { TranscodeWish, VideoWish } from './transcoding.js';

/** What a player asks for in `playStream` (WCS spec B.4), 0 for as published. */
export interface PlayWish {
  readonly width: number;
  readonly height: number;
  /** kbit/s */
  readonly bitrate: number;
  /** 1 to 100 */
  readonly quality: number;
}

/** What a player needs, and whether it asked for it, or just cannot take what is published. */
export interface NeededTranscode extends TranscodeWish {
  readonly asked: boolean;
}

/** The forms that pictures can be brought into, as they would be published. */
const videoForms: Readonly<Record<VideoWish['codec'], PublishedTrack>> = {
  H264: formOf(
    'video',
    'H264',
    90_000,
    'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
  ),
  VP8: formOf('video', 'VP8', 90_000, ''),
};
const muLaw = formOf('audio', 'PCMU', 8000, '');
const smallestSide = 16;
const largestSide = 4096;
/** kbit/s */
const leastBitrate = 30;
const mostBitrate = 20_000;

/** Whether a player's size is one that can be made: none, or 16 to 4096 pixels a side. */
export function isPossible({ width, height }: Pick<PlayWish, 'width' | 'height'>): boolean {
  return [width, height].every((side) => side === 0 || (side >= smallestSide && side <= largestSide));
}

/**
 * Whether a stream has to be transcoded for a player (WCS spec H, "Transcoding"): it asks for a size that no layer of the
 * publisher can serve, for a bitrate or a quality, or cannot take a codec, or H.264 in no packetization mode that is sent.
 * @param codecs that pictures can be brought into; one of the others is named where the player takes none of these
 * @returns null when it takes the stream as it is, or there is no form that it could take
 */
export function neededTranscode(
  offer: Offer,
  published: readonly TrackDescription[],
  wish: PlayWish,
  codecs: readonly VideoWish['codec'][] = ['H264', 'VP8'],
): NeededTranscode | null {
  const video = published.find(({ kind }) => kind === 'video');
  const audio = published.find(({ kind }) => kind === 'audio');
  const asked = video !== undefined && isAsked(video, wish);
  const form = video ? formFor(offer, video, codecs) : null;
  const sound = audio && !takes(offer, audio) && takes(offer, muLaw) ? 'PCMU' : null;
  const takesVideo = video === undefined || takes(offer, video);
  const needsForm = asked || !takesVideo || (sound !== null && !canStay(video));
  if (!sound && !(needsForm && form)) return null;
  return { video: needsForm && form ? videoWish(form, wish) : null, audio: sound, asked };
}

/** The tracks of a stream that is made, in the order of the published ones. */
export function derivedTracks(
  published: readonly TrackDescription[],
  { video, audio }: TranscodeWish,
): TrackDescription[] {
  return published.map((track) => {
    const form = track.kind === 'video' ? video && videoForms[video.codec] : audio && muLaw;
    const codec = form ? form.codec : track.codec;
    return { ...track, codec, extensions: [], encodings: [], redPayloadType: null, rtxPayloadType: null };
  });
}

/** A size alone is for the layers of the publisher, where it may have some: several encodings, or codecs with layers. */
function isAsked(video: TrackDescription, { width, height, bitrate, quality }: PlayWish): boolean {
  if (bitrate > 0 || quality > 0) return true;
  const layered = video.encodings.length > 0 || video.codec.name === 'VP9' || video.codec.name === 'AV1';
  return (width > 0 || height > 0) && !layered;
}

/** The published codec where it can be made, else the first that can be and the player takes. */
function formFor(
  offer: Offer,
  video: TrackDescription,
  codecs: readonly VideoWish['codec'][],
): VideoWish['codec'] | null {
  const order: VideoWish['codec'][] = video.codec.name === 'VP8' ? ['VP8', 'H264'] : ['H264', 'VP8'];
  const taken = order.filter((codec) => takes(offer, videoForms[codec]));
  return taken.find((codec) => codecs.includes(codec)) ?? taken[0] ?? null;
}

/** Whether a picture that stays as it is can be put into packets anew. */
function canStay(video: TrackDescription | undefined): boolean {
  return video === undefined || video.codec.name === 'H264' || video.codec.name === 'VP8';
}

function takes(offer: Offer, track: PublishedTrack): boolean {
  return !isSdpFault(agreePlay(offer, [track]));
}

/** What a player asks for, as a picture of this codec can be. */
export function videoWish<Codec extends string>(codec: Codec, { width, height, bitrate, quality }: PlayWish) {
  return {
    codec,
    width,
    height,
    bitrate: bitrate > 0 ? Math.round(Math.min(mostBitrate, Math.max(leastBitrate, bitrate))) : 0,
    quality: Math.round(Math.min(100, quality)),
  };
}

function formOf(kind: PublishedTrack['kind'], name: string, clockRate: number, fmtp: string): PublishedTrack {
  return { kind, codec: { name, payloadType: 0, clockRate, channels: 1, fmtp }, redPayloadType: null };
}
