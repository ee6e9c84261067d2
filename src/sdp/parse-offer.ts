import { parse, type SessionDescription } from 'sdp-transform';
import { type SdpFault, sdpFault } from './fault.js';
import { readFingerprints } from './fingerprint.js';
import type { Offer, OfferSection } from './offer.js';
import { readSection } from './parse-section.js';

/** A browser's offer of two sections is 3 to 10 KB; whatever is larger than this is not one. */
const MAX_LENGTH = 65_536;
const MAX_LINES = 4_096;
const MAX_SECTIONS = 32;

/** RFC 4566 token, which a mid is (RFC 5888). */
const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]{1,64}$/;

/**
 * Reads an offer (RFC 8829). Line ends may be CRLF, LF or CR in any mixture, and attributes that make no sense are
 * passed over, as is what the SDK's `stripCodecs` leaves behind (WCS spec E.1); only a description without a usable
 * outline is a fault. Never throws.
 * @param text the `sdp` of a message, of any size and content
 */
export function parseOffer(text: string): Offer | SdpFault {
  if (text.length > MAX_LENGTH) return sdpFault('too-long', `${text.length} characters`);
  const lines = text.split(/\r\n|\r|\n/, MAX_LINES + 1);
  if (lines.length > MAX_LINES) return sdpFault('too-long', `more than ${MAX_LINES} lines`);
  if (lines[0]?.trimEnd() !== 'v=0') return sdpFault('malformed', 'does not start with v=0');

  let session: SessionDescription;
  try {
    session = parse(text);
  } catch (error) {
    return sdpFault('malformed', String(error));
  }
  const count = session.media.length;
  if (count === 0) return sdpFault('malformed', 'no m-section');
  if (count > MAX_SECTIONS) return sdpFault('too-many-sections', `${count} m-sections`);

  const bundle = readBundle(session);
  const fingerprints = readFingerprints(lines);
  const sections: OfferSection[] = [];
  const mids = new Set<string>();
  for (const [index, media] of session.media.entries()) {
    const own = fingerprints[index + 1] ?? [];
    const context = { index, bundle, fingerprints: own.length > 0 ? own : (fingerprints[0] ?? []) };
    const section = readSection(session, media, context);
    if ('fault' in section) return section;
    if (section.mid !== null) {
      if (!TOKEN.test(section.mid)) return sdpFault('malformed', `section ${index}: mid is not a token`);
      if (mids.has(section.mid)) return sdpFault('malformed', `section ${index}: mid is not unique`);
      mids.add(section.mid);
    }
    sections.push(section);
  }
  return { sections, bundle: bundle.filter((mid) => mids.has(mid)) };
}

/** The mids of the first BUNDLE group; a browser has one. */
function readBundle(session: SessionDescription): string[] {
  const group = session.groups?.find((candidate) => String(candidate.type).toUpperCase() === 'BUNDLE');
  return group ? [...new Set(String(group.mids).trim().split(/\s+/, MAX_SECTIONS))] : [];
}
