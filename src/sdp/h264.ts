import { readFormatParameters } from './format-parameters.js';

/** H.264 profiles as RFC 6184 section 8.1 (table 5) tells them apart; `other` is compared by its exact bytes. */
type H264Profile = 'constrained-baseline' | 'baseline' | 'main' | 'constrained-high' | 'high' | 'other';

/** What an H264 payload type says about itself (RFC 6184 section 8.1). The level is left out: nobody enforces it. */
interface H264Format {
  readonly packetizationMode: number;
  readonly profile: H264Profile;
  /** profile_idc and profile_iop, four hex digits in lower case. */
  readonly profileBytes: string;
  /** The six hex digits as offered; '' when absent. */
  readonly profileLevelId: string;
}

/** Reads an H264 `a=fmtp`; without profile-level-id it means Baseline, without packetization-mode 0 (RFC 6184). */
function readH264Format(fmtp: string): H264Format {
  const parameters = readFormatParameters(fmtp);
  const offered = parameters.get('profile-level-id') ?? '';
  const profileLevelId = /^[0-9a-f]{6}$/i.test(offered) ? offered : '';
  const profileBytes = (profileLevelId === '' ? '4200' : profileLevelId.slice(0, 4)).toLowerCase();
  const mode = parameters.get('packetization-mode');
  return {
    packetizationMode: mode === '1' ? 1 : mode === '2' ? 2 : 0,
    profile: profileOf(Number.parseInt(profileBytes, 16)),
    profileBytes,
    profileLevelId,
  };
}

/**
 * The `a=fmtp` an answer gives. level-asymmetry-allowed stands last on purpose: the SDK appends `;x-google-…` behind the
 * line's CR, which spoils the last value for whoever reads strictly (WCS spec E.2).
 */
export function h264AnsweredFmtp(offered: string): string {
  const format = readH264Format(offered);
  const profile = format.profileLevelId === '' ? '' : `profile-level-id=${format.profileLevelId};`;
  return `${profile}packetization-mode=${format.packetizationMode};level-asymmetry-allowed=1`;
}

const PUBLISH_ORDER: readonly H264Profile[] = [
  'constrained-baseline',
  'baseline',
  'main',
  'constrained-high',
  'high',
  'other',
];

/** How little a publisher's format is wanted: packetization-mode 1 first, then what most decoders take. */
export function h264PublishRank(fmtp: string): number {
  const format = readH264Format(fmtp);
  return (format.packetizationMode === 1 ? 0 : PUBLISH_ORDER.length) + PUBLISH_ORDER.indexOf(format.profile);
}

const UNMATCHED = Number.POSITIVE_INFINITY;

/**
 * How far a viewer's format is from the published one; Infinity when the viewer cannot take it. Packetization-mode
 * weighs most (a mode 1 receiver also takes mode 0, not the other way round), then the profile: the same, one whose
 * decoders decode the published one, and at last any Baseline of mode 1, since decoders do more than they sign for.
 */
export function h264PlayRank(publishedFmtp: string, viewerFmtp: string): number {
  const published = readH264Format(publishedFmtp);
  const viewer = readH264Format(viewerFmtp);
  let mode = 0;
  if (published.packetizationMode !== viewer.packetizationMode) {
    if (published.packetizationMode !== 0 || viewer.packetizationMode !== 1) return UNMATCHED;
    mode = 3;
  }
  if (published.profileBytes === viewer.profileBytes) return mode;
  if (published.profile === viewer.profile && published.profile !== 'other') return mode;
  if (DECODES[viewer.profile].includes(published.profile)) return mode + 1;
  const baseline = viewer.profile === 'constrained-baseline' || viewer.profile === 'baseline';
  return baseline && viewer.packetizationMode === 1 ? mode + 2 : UNMATCHED;
}

/** Profiles that are a subset of the key's, itself excepted (H.264 annex A.2). */
const DECODES: Readonly<Record<H264Profile, readonly H264Profile[]>> = {
  'constrained-baseline': [],
  baseline: ['constrained-baseline'],
  main: ['constrained-baseline'],
  'constrained-high': ['constrained-baseline'],
  high: ['constrained-baseline', 'main', 'constrained-high'],
  other: [],
};

function profileOf(idcAndIop: number): H264Profile {
  const idc = idcAndIop >> 8;
  const iop = idcAndIop & 0xff;
  if (idc === 0x64) return iop === 0x00 ? 'high' : iop === 0x0c ? 'constrained-high' : 'other';
  if ((iop & 0x0f) !== 0) return 'other';
  if (idc === 0x42) return (iop & 0x40) !== 0 ? 'constrained-baseline' : 'baseline';
  if (idc === 0x4d)
    return (iop & 0x80) !== 0 ? 'constrained-baseline' : (iop & 0x20) === 0 ? 'main' : 'other';
  if (idc === 0x58 && (iop & 0x80) !== 0) return (iop & 0x40) !== 0 ? 'constrained-baseline' : 'baseline';
  return 'other';
}
