import type { AgreedExtension } from './agreement.js';
import type { Direction, OfferSection } from './offer.js';

/** The wanted extensions that are offered for the way the media goes. */
export function agreeExtensions(
  section: OfferSection,
  ours: 'recvonly' | 'sendonly',
  wanted: readonly string[],
): AgreedExtension[] {
  const refused: Direction = ours === 'recvonly' ? 'recvonly' : 'sendonly';
  return section.extensions
    .filter(({ uri, direction }) => wanted.includes(uri) && direction !== 'inactive' && direction !== refused)
    .map(({ id, uri }) => ({ id, uri }));
}

/** What the answer's `a=extmap` says to an offered direction (RFC 8285 section 6). */
export function answeredDirection(offered: Direction): Direction {
  return offered === 'sendonly' ? 'recvonly' : offered === 'recvonly' ? 'sendonly' : offered;
}
