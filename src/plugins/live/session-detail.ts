import type { ConnectedClient } from '../../signaling/index.js';
import type { MediaAddress, MediaSession } from '../../streams/index.js';
import type { ClientDetail, SessionDetail } from './messages.js';
import type { FigureSources, SessionFigures } from './needs.js';
import { ratio } from './stream-point.js';

/** What a client says of itself may be of any length; nobody reads more, characters. */
const longestText = 256;

/** Everything that is known of a media session. */
export function sessionDetail(
  mediaSession: MediaSession,
  figures: SessionFigures | null,
  sources: Pick<FigureSources, 'client' | 'processOf'>,
): SessionDetail {
  const { id, session, published, status, request, width, height, path } = mediaSession;
  return {
    mediaSessionId: id,
    sessionId: session.id,
    kind: published ? 'publish' : 'play',
    status,
    mediaProvider: request.mediaProvider || 'WebRTC',
    client: clientDetail(session.identity.remoteAddress, sources.client(session.id)),
    startedAt: figures?.startedAt ?? mediaSession.createDate,
    videoCodec: mediaSession.videoCodec || null,
    audioCodec: mediaSession.audioCodec || null,
    width: width || null,
    height: height || null,
    bitrate: figures?.bitrate ?? null,
    estimate: figures?.estimate ?? null,
    loss: ratio(figures?.loss ?? null),
    rtt: figures?.roundTrip ?? null,
    nack: figures?.nack ?? null,
    pli: figures?.pli ?? null,
    fps: figures?.fps ?? null,
    candidatePair: candidatePair(mediaSession),
    srtpProfile: path?.srtpProfile ?? null,
    mediaProcess: sources.processOf(mediaSession),
  };
}

function clientDetail(address: string, client: ConnectedClient | null): ClientDetail {
  const text = (value: string | undefined) => (value ?? '').slice(0, longestText);
  return {
    address,
    browser: text(client?.clientBrowserVersion),
    os: text(client?.clientOSVersion),
    version: text(client?.clientVersion),
  };
}

/**
 * The peer's address as it is, and ours as we offered it. Which of several a packet came to only the kernel knows: the port
 * is theirs all, and `*` stands for the address.
 */
function candidatePair({ path, media }: MediaSession): SessionDetail['candidatePair'] {
  if (!path) return null;
  const { protocol } = path;
  const offered = media && 'addresses' in media ? (media.addresses as readonly MediaAddress[]) : [];
  const isLike = ({ address }: { address: string }) => address.includes(':') === path.address.includes(':');
  const ours = offered.filter((one) => one.protocol === protocol && isLike(one));
  const [first] = ours;
  const address = ours.length === 1 && first ? first.address : '*';
  return { protocol, local: pair(address, first?.port ?? 0), remote: pair(path.address, path.port) };
}

function pair(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
