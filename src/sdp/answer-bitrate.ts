import type { MediaDescription } from 'sdp-transform';
import type { BitrateLimits } from './local-description.js';

/**
 * `b=` lines of a section whose sender asked for a limit: TIAS in bit/s (RFC 3890), AS in kbit/s (RFC 8866 section 5.8).
 * Of several, libwebrtc takes the last, and for everything it sends, audio and headers included: so AS, which leaves
 * room for them, stands there, and the video itself is held by its `a=fmtp`. Firefox takes TIAS, for the video alone.
 */
export function bandwidthLines(limits: BitrateLimits | null): NonNullable<MediaDescription['bandwidth']> {
  if (!limits || limits.max === 0) return [];
  return [
    { type: 'TIAS', limit: limits.max },
    { type: 'AS', limit: kilobits(limits.total) },
  ];
}

/**
 * An `a=fmtp` with what libwebrtc takes from it for its bitrate, kbit/s. The SDK appends the same parameters behind the
 * line's CR where they are missing (WCS spec E.2): so all that it would add is here, in front of what must stay last.
 * @param fmtp the codec's own, '' for none
 */
export function formatParameters(fmtp: string, limits: BitrateLimits | null): string {
  const parameters: string[] = [];
  if (limits && limits.max > 0) parameters.push(`x-google-max-bitrate=${kilobits(limits.max)}`);
  if (limits && limits.min > 0) parameters.push(`x-google-min-bitrate=${kilobits(limits.min)}`);
  if (limits && limits.start > 0) parameters.push(`x-google-start-bitrate=${kilobits(limits.start)}`);
  if (fmtp !== '') parameters.push(fmtp);
  return parameters.join(';');
}

function kilobits(bitsPerSecond: number): number {
  return Math.max(1, Math.round(bitsPerSecond / 1000));
}
