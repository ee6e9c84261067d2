import { readFormatParameters } from './format-parameters.js';

const UNMATCHED = Number.POSITIVE_INFINITY;

/** Main, High, Professional: a decoder of one takes those before it too (AV1 annex A.2). */
const PROFILES = ['0', '1', '2'];

/** Index into `PROFILES`, 0 when it is absent (RTP Payload Format For AV1, 7.2); -1 for one that does not exist. */
function profileOf(fmtp: string): number {
  return PROFILES.indexOf(readFormatParameters(fmtp).get('profile') ?? '0');
}

/** How little a publisher's format is wanted: the profile most decoders take first. */
export function av1PublishRank(fmtp: string): number {
  const profile = profileOf(fmtp);
  return profile < 0 ? UNMATCHED : profile;
}

/** A viewer takes its profile and those below. Level and tier are left out: nobody enforces them. */
export function av1PlayRank(published: string, viewer: string): number {
  const distance = profileOf(viewer) - profileOf(published);
  return profileOf(published) >= 0 && distance >= 0 ? distance : UNMATCHED;
}

/** The parameters of 7.2 as they were offered, as far as they are numbers. */
export function av1AnsweredFmtp(offered: string): string {
  const parameters = readFormatParameters(offered);
  return ['level-idx', 'profile', 'tier']
    .filter((key) => /^\d{1,2}$/.test(parameters.get(key) ?? ''))
    .map((key) => `${key}=${parameters.get(key)}`)
    .join(';');
}
