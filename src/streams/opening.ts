import {
  absSendTimeUri,
  carriedUris,
  midUri,
  playoutDelayUri,
  randomName,
  transportWideCcUri,
  videoOrientationUri,
} from '../kit/index.js';
import type { TrackDescription } from '../media/index.js';
import {
  type Abilities,
  type Agreement,
  agreePlay,
  agreePublish,
  type BitrateLimits,
  isSdpFault,
  type Offer,
  parseOffer,
} from '../sdp/index.js';
import { StreamInfo, StreamStatus } from '../wire/index.js';
import { candidatesFor, type IceTransport } from './candidates.js';
import type { MediaEndpoint, MediaListener, MediaPlane } from './media-plane.js';
import type { Carrier, MediaSession } from './media-session.js';
import { answer, describeDownTracks, describeTracks, type Negotiation } from './negotiation.js';
import { playSource } from './play-source.js';
import type { Playback } from './playback.js';
import type { Publication } from './publication.js';
import type { PublishBitrate } from './publish-bitrate.js';
import type { Transcoding } from './transcoding.js';

/** Header extensions from publishers: what their congestion control lives on, and what viewers get of them. */
const receivedExtensions: readonly string[] = [transportWideCcUri, ...carriedUris];

/** The media plane, and which of its addresses answers offer a client that does not ask. */
export interface MediaAccess {
  readonly plane: MediaPlane;
  readonly iceTransport: IceTransport;
  /** Null or missing where streams are played as they are published only. */
  readonly transcoding?: Transcoding | null;
}

/**
 * Negotiates with a publisher and opens its endpoint.
 * @param now ms since 1970
 * @returns the answer, or null when the publication has ended, here or meanwhile
 */
export async function openPublication(
  publication: Publication,
  { plane, iceTransport }: MediaAccess,
  abilities: Abilities,
  { limits, total }: PublishBitrate,
  listener: MediaListener,
  now: number,
): Promise<string | null> {
  const offer = readOffer(publication);
  if (!offer) return null;
  const extensions = wanted(publication, receivedExtensions);
  const agreed = settle(publication, offer, limits, agreePublish(offer, abilities, extensions));
  if (!agreed) return null;
  const { agreement } = agreed;
  publication.tracks = describeTracks(agreement, total);
  nameCodecs(publication, agreement);
  const endpoint = await open(publication, () =>
    plane.openPublisher(agreement.transports, publication.tracks, listener),
  );
  if (!endpoint) return null;
  const candidates = candidatesFor(endpoint.addresses, publication.request.transport, iceTransport);
  return answer(agreed, [], plane.fingerprint, endpoint, candidates, randomName(), now);
}

/**
 * Negotiates with a viewer and opens its endpoint beside the publisher's, or that of what is made of it for the viewer.
 * @param now ms since 1970
 * @returns the answer, or null when the playback has ended, here or meanwhile
 */
export async function openPlayback(
  playback: Playback,
  publication: Publication,
  { plane, iceTransport, transcoding = null }: MediaAccess,
  listener: MediaListener,
  now: number,
): Promise<string | null> {
  const offer = readOffer(playback);
  const source = offer && (await playSource(offer, playback, publication, transcoding));
  if (!offer || !source) return null;
  const { endpoint: publisher, tracks: sourceTracks, derived } = source;
  const extensions = wanted(playback, sentExtensions(sourceTracks));
  const agreed = settle(playback, offer, null, agreePlay(offer, sourceTracks, extensions));
  if (!agreed) {
    derived?.close();
    return null;
  }
  const { agreement } = agreed;
  const name = randomName();
  const tracks = describeDownTracks(agreement, sourceTracks, playback.wantedSize);
  nameCodecs(playback, agreement);
  const endpoint = await open(
    playback,
    () => plane.openViewer(publisher, agreement.transports, tracks, name, listener),
    derived,
  );
  if (!endpoint) return null;
  const candidates = candidatesFor(endpoint.addresses, playback.request.transport, iceTransport);
  return answer(agreed, tracks, plane.fingerprint, endpoint, candidates, name, now);
}

/**
 * Header extensions on packets to viewers: what the publisher's carry; the viewer's own m-section; the time of sending,
 * with which viewers estimate their bandwidth; and how long to hold back the picture when they lose packets. No transport-wide numbers: so their
 * feedback is REMB.
 */
function sentExtensions(tracks: readonly TrackDescription[]): string[] {
  const received = tracks.flatMap(({ extensions }) => extensions.map(({ uri }) => uri));
  const carried = carriedUris.filter((uri) => received.includes(uri));
  return [...new Set([absSendTimeUri, midUri, playoutDelayUri, ...carried])];
}

/**
 * Without the video's orientation unless the publisher asks for it and the player does not mind (WCS spec B.2): a browser
 * that agrees on it sends its picture as the camera lies, and players that do not know it show that (Firefox).
 */
function wanted({ request, published }: MediaSession, extensions: readonly string[]): readonly string[] {
  if (request.cvoExtension ?? !published) return extensions;
  return extensions.filter((uri) => uri !== videoOrientationUri);
}

function readOffer(mediaSession: MediaSession): Offer | null {
  const offer = parseOffer(mediaSession.takeOffer());
  if (!isSdpFault(offer)) return offer;
  mediaSession.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
  return null;
}

function settle(
  mediaSession: MediaSession,
  offer: Offer,
  limits: BitrateLimits | null,
  agreement: ReturnType<typeof agreePublish>,
): Negotiation | null {
  if (!isSdpFault(agreement)) return { offer, agreement, limits };
  mediaSession.end(StreamStatus.FAILED, StreamInfo.NO_COMMON_CODECS);
  return null;
}

/** @param beside ends with the endpoint */
async function open(
  mediaSession: MediaSession,
  request: () => Promise<MediaEndpoint>,
  beside: Carrier | null = null,
): Promise<MediaEndpoint | null> {
  try {
    const endpoint = await request();
    mediaSession.attach(beside ? both(endpoint, beside) : endpoint);
    return mediaSession.ended ? null : endpoint;
  } catch {
    beside?.close();
    mediaSession.end(StreamStatus.FAILED, StreamInfo.FAILED_TO_ADD_STREAM_TO_PROXY);
    return null;
  }
}

function both(endpoint: MediaEndpoint, beside: Carrier): MediaEndpoint {
  const { addresses, credentials } = endpoint;
  const close = () => {
    endpoint.close();
    beside.close();
  };
  return { addresses, credentials, close };
}

function nameCodecs(mediaSession: MediaSession, agreement: Agreement): void {
  for (const section of agreement.sections) {
    if (!section.accepted) continue;
    if (section.kind === 'audio') mediaSession.audioCodec = section.codec.name;
    else mediaSession.videoCodec = section.codec.name;
  }
}
