import {
  absSendTimeUri,
  carriedUris,
  midUri,
  playoutDelayUri,
  randomName,
  transportWideCcUri,
  videoOrientationUri,
} from '../kit/index.js';
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
import type { MediaSession } from './media-session.js';
import { answer, describeDownTracks, describeTracks, type Negotiation } from './negotiation.js';
import type { Playback } from './playback.js';
import type { Publication } from './publication.js';
import type { PublishBitrate } from './publish-bitrate.js';

/** Header extensions from publishers: what their congestion control lives on, and what viewers get of them. */
const receivedExtensions: readonly string[] = [transportWideCcUri, ...carriedUris];

/** The media plane, and which of its addresses answers offer a client that does not ask. */
export interface MediaAccess {
  readonly plane: MediaPlane;
  readonly iceTransport: IceTransport;
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
  const agreed = agree(publication, limits, (offer) =>
    agreePublish(offer, abilities, wanted(publication, receivedExtensions)),
  );
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
 * Negotiates with a viewer and opens its endpoint beside the publisher's.
 * @param now ms since 1970
 * @returns the answer, or null when the playback has ended, here or meanwhile
 */
export async function openPlayback(
  playback: Playback,
  publication: Publication,
  { plane, iceTransport }: MediaAccess,
  listener: MediaListener,
  now: number,
): Promise<string | null> {
  const extensions = wanted(playback, sentExtensions(publication));
  const agreed = agree(playback, null, (offer) => agreePlay(offer, publication.tracks, extensions));
  if (!agreed) return null;
  const source = publication.media;
  if (!source) {
    playback.end(StreamStatus.FAILED, StreamInfo.PUBLISH_STREAM_IS_NOT_READY);
    return null;
  }
  const { agreement } = agreed;
  const name = randomName();
  const tracks = describeDownTracks(agreement, publication.tracks, playback.wantedSize);
  nameCodecs(playback, agreement);
  const endpoint = await open(playback, () =>
    plane.openViewer(source, agreement.transports, tracks, name, listener),
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
function sentExtensions({ tracks }: Publication): string[] {
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

function agree(
  mediaSession: MediaSession,
  limits: BitrateLimits | null,
  negotiate: (offer: Offer) => ReturnType<typeof agreePublish>,
): Negotiation | null {
  const offer = parseOffer(mediaSession.takeOffer());
  if (isSdpFault(offer)) {
    mediaSession.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
    return null;
  }
  const agreement = negotiate(offer);
  if (isSdpFault(agreement)) {
    mediaSession.end(StreamStatus.FAILED, StreamInfo.NO_COMMON_CODECS);
    return null;
  }
  return { offer, agreement, limits };
}

async function open(
  mediaSession: MediaSession,
  request: () => Promise<MediaEndpoint>,
): Promise<MediaEndpoint | null> {
  try {
    const endpoint = await request();
    mediaSession.attach(endpoint);
    return mediaSession.ended ? null : endpoint;
  } catch {
    mediaSession.end(StreamStatus.FAILED, StreamInfo.FAILED_TO_ADD_STREAM_TO_PROXY);
    return null;
  }
}

function nameCodecs(mediaSession: MediaSession, agreement: Agreement): void {
  for (const section of agreement.sections) {
    if (!section.accepted) continue;
    if (section.kind === 'audio') mediaSession.audioCodec = section.codec.name;
    else mediaSession.videoCodec = section.codec.name;
  }
}
