import { av1AnsweredFmtp, av1PlayRank, av1PublishRank } from './av1.js';
import { h264AnsweredFmtp, h264PlayRank, h264PublishRank } from './h264.js';
import { opusAnsweredFmtp } from './opus.js';
import { vp9AnsweredFmtp, vp9PlayRank, vp9PublishRank } from './vp9.js';

/** How a codec is agreed on. Ranks are compared, the lowest is chosen; Infinity means: cannot be. */
export interface CodecRules {
  /** As everybody writes it. */
  readonly name: string;
  /** Hz; an rtpmap such as `opus/8000` names something nobody encodes. */
  readonly clockRate: number;
  /** How little a publisher's format is wanted. */
  publishRank(fmtp: string): number;
  /** How far a viewer's format is from the published one. */
  playRank(published: string, viewer: string): number;
  /** What we say back in `a=fmtp`, '' for nothing: never the client's text as it came. */
  answer(offered: string): string;
}

const one = (): number => 0;
const nothing = (): string => '';

/** A codec that has one format; VP8's max-fs and max-fr are a receiver's own limits, and we have none. */
function plain(name: string, clockRate: number): CodecRules {
  return { name, clockRate, publishRank: one, playRank: one, answer: nothing };
}

const RULES = new Map(
  [
    plain('PCMA', 8_000),
    plain('PCMU', 8_000),
    plain('G722', 8_000),
    { ...plain('opus', 48_000), answer: opusAnsweredFmtp },
    plain('VP8', 90_000),
    {
      name: 'H264',
      clockRate: 90_000,
      publishRank: h264PublishRank,
      playRank: h264PlayRank,
      answer: h264AnsweredFmtp,
    },
    {
      name: 'VP9',
      clockRate: 90_000,
      publishRank: vp9PublishRank,
      playRank: vp9PlayRank,
      answer: vp9AnsweredFmtp,
    },
    {
      name: 'AV1',
      clockRate: 90_000,
      publishRank: av1PublishRank,
      playRank: av1PlayRank,
      answer: av1AnsweredFmtp,
    },
  ].map((rules): [string, CodecRules] => [rules.name.toLowerCase(), rules]),
);

/** The rules of a codec by its name, in any case; null for one that Sluice does not take. */
export function codecRules(name: string): CodecRules | null {
  return RULES.get(name.toLowerCase()) ?? null;
}
