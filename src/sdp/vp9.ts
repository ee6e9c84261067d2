import { readFormatParameters } from './format-parameters.js';

const UNMATCHED = Number.POSITIVE_INFINITY;

/** Profiles by how many decoders take them: 8 bit 4:2:0, more bits, other chroma, both (VP9 bitstream 7.2). */
const PUBLISH_ORDER = ['0', '2', '1', '3'];

/** profile-id, 0 when it is absent (RFC 9628 section 6); null for one that does not exist. */
function profileOf(fmtp: string): string | null {
  const profile = readFormatParameters(fmtp).get('profile-id') ?? '0';
  return PUBLISH_ORDER.includes(profile) ? profile : null;
}

/** How little a publisher's format is wanted; Infinity for a profile that does not exist. */
export function vp9PublishRank(fmtp: string): number {
  const profile = profileOf(fmtp);
  return profile === null ? UNMATCHED : PUBLISH_ORDER.indexOf(profile);
}

/** A viewer takes the profile it offers and no other: decoders of one need not know another. */
export function vp9PlayRank(published: string, viewer: string): number {
  const profile = profileOf(viewer);
  return profile !== null && profile === profileOf(published) ? 0 : UNMATCHED;
}

/** The profile, where the offer names it; max-fs and max-fr are a receiver's own limits, and we have none. */
export function vp9AnsweredFmtp(offered: string): string {
  const profile = readFormatParameters(offered).has('profile-id') ? profileOf(offered) : null;
  return profile === null ? '' : `profile-id=${profile}`;
}
