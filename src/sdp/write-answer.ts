import { type MediaDescription, type SessionDescription, write } from 'sdp-transform';
import type { Agreement } from './agreement.js';
import { acceptedMedia, ipVersion, rejectedMedia } from './answer-section.js';
import type { LocalDescription } from './local-description.js';
import { isBundled, type Offer } from './offer.js';

/**
 * Writes the answer to `offer` (RFC 8829 section 5.3, WCS spec E.3), with CRLF line ends. Every section of the offer
 * appears in its place: rejected ones with port 0, accepted ones with one codec, whose `a=fmtp` stands directly
 * behind its `a=rtpmap` because the SDK edits the text there (E.2).
 * @throws RangeError when `local` lacks a transport or a track the agreement has
 */
export function writeAnswer(offer: Offer, agreement: Agreement, local: LocalDescription): string {
  const media: MediaDescription[] = [];
  const mids: string[] = [];
  for (const section of agreement.sections) {
    const offered = offer.sections[section.index];
    if (!offered) throw new RangeError(`the offer has no section ${section.index}`);
    media.push(
      section.accepted ? acceptedMedia(section, offered, agreement, local) : rejectedMedia(section, offered),
    );
    if (section.accepted && agreement.bundle && section.mid !== null && isBundled(offer, offered))
      mids.push(section.mid);
  }
  const address = local.candidates[0]?.address ?? '0.0.0.0';
  const description: SessionDescription = {
    version: 0,
    origin: {
      username: 'Sluice',
      sessionId: 0,
      sessionVersion: local.sessionId,
      netType: 'IN',
      ipVer: ipVersion(address),
      address,
    },
    name: 'Sluice',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    media,
  };
  if (mids.length > 0) description.groups = [{ type: 'BUNDLE', mids: mids.join(' ') }];
  // Chrome before 72 ignores msid without this line and shows each track as a stream of its own.
  if (local.tracks.length > 0) description.msidSemantic = { semantic: 'WMS', token: local.streamId };
  return write(description);
}
