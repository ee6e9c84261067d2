import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { type SdpFault, sdpFault } from './fault.js';
import type { Fingerprint } from './fingerprint.js';
import type { Direction, OfferedExtension, OfferedTransport, OfferSection } from './offer.js';
import { readCodecs } from './parse-codecs.js';
import { readEncodings } from './simulcast.js';

const MAX_EXTENSIONS = 64;
const MAX_URI_LENGTH = 255;

/** What a section's reader knows about the description around it. */
export interface SectionContext {
  readonly index: number;
  readonly bundle: readonly string[];
  /** The section's own fingerprints, or the session's when it has none. */
  readonly fingerprints: readonly Fingerprint[];
}

/** Validates one m-section. sdp-transform turns numeric texts into numbers, hence `String()` around what is text. */
export function readSection(
  session: SessionDescription,
  media: MediaDescription,
  context: SectionContext,
): OfferSection | SdpFault {
  const { index } = context;
  const kind = String(media.type ?? '').toLowerCase();
  const protocol = String(media.protocol ?? '').toUpperCase();
  const formats = String(media.payloads ?? '')
    .split(/\s+/)
    .filter((format) => format !== '');
  if (!/^[a-z]{1,16}$/.test(kind) || !/^[\w/]{1,64}$/.test(protocol))
    return sdpFault('malformed', `section ${index}: unreadable m-line`);
  if (!(Number(media.port) <= 65_535)) return sdpFault('malformed', `section ${index}: port out of range`);

  const codecs = readCodecs(media, formats);
  if (codecs === null) return sdpFault('too-many-codecs', `section ${index}: ${formats.length} formats`);
  const mid = media.mid === undefined ? null : String(media.mid);
  const bundleOnly = media.bundleOnly !== undefined && mid !== null && context.bundle.includes(mid);
  const firstFormat = formats[0];
  return {
    index,
    kind,
    protocol,
    firstFormat: firstFormat !== undefined && /^[\w.+-]{1,64}$/.test(firstFormat) ? firstFormat : '0',
    rejected: Number(media.port) === 0 && !bundleOnly,
    mid,
    direction: media.direction ?? session.direction ?? 'sendrecv',
    rtcpMux: media.rtcpMux !== undefined,
    reducedSize: media.rtcpRsize !== undefined,
    transport: readTransport(session, media, context.fingerprints),
    codecs,
    extensions: readExtensions(session, media),
    mixesExtensions: (media.extmapAllowMixed ?? session.extmapAllowMixed) !== undefined,
    encodings: readEncodings(media),
  };
}

/** ICE: RFC 8839 section 5.4; `a=setup`: absent means active (RFC 4145 section 4). */
function readTransport(
  session: SessionDescription,
  media: MediaDescription,
  fingerprints: readonly Fingerprint[],
): OfferedTransport | null {
  const ufrag = String(media.iceUfrag ?? session.iceUfrag ?? '');
  const password = String(media.icePwd ?? session.icePwd ?? '');
  const setup = String(media.setup ?? session.setup ?? 'active').toLowerCase();
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag) || !/^[A-Za-z0-9+/]{22,256}$/.test(password)) return null;
  if (fingerprints.length === 0) return null;
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') return null;
  return { ufrag, password, fingerprints, setup };
}

/**
 * Header extensions the one-byte form can carry (ids 1 to 14, RFC 8285 section 4.2). Lines at session level hold for
 * every section; of two with the same id or the same URI the first counts.
 */
function readExtensions(session: SessionDescription, media: MediaDescription): OfferedExtension[] {
  const extensions: OfferedExtension[] = [];
  for (const line of [...(media.ext ?? []), ...(session.ext ?? [])].slice(0, MAX_EXTENSIONS)) {
    const id = Number(line.value);
    const uri = String(line.uri ?? '');
    const direction = readDirection(line.direction);
    if (!(id >= 1 && id <= 14) || uri === '' || uri.length > MAX_URI_LENGTH || direction === null) continue;
    if (line['encrypt-uri'] !== undefined) continue;
    if (extensions.some((known) => known.id === id || known.uri === uri)) continue;
    extensions.push({ id, uri, direction });
  }
  return extensions;
}

function readDirection(text: string | undefined): Direction | null {
  switch (text) {
    case undefined:
      return 'sendrecv';
    case 'sendrecv':
    case 'sendonly':
    case 'recvonly':
    case 'inactive':
      return text;
    default:
      return null;
  }
}
