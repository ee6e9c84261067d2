import type { AgreedCodec } from './agreement.js';
import { type CodecRules, codecRules } from './codec-rules.js';
import type { OfferedCodec } from './offer.js';

/** A codec settled on, with the offered payload type it came from. */
export interface CodecChoice {
  readonly codec: AgreedCodec;
  readonly offered: OfferedCodec;
}

/**
 * Chooses what a publisher is to send: the first ability that is offered, and of its several formats the one most
 * decoders take.
 * @param abilities codec names in order of preference
 */
export function choosePublishCodec(
  offered: readonly OfferedCodec[],
  abilities: readonly string[],
): CodecChoice | null {
  for (const ability of abilities) {
    const rules = codecRules(ability);
    if (!rules) continue;
    const same = offered.filter(
      ({ name, clockRate }) => lower(name) === lower(ability) && clockRate === rules.clockRate,
    );
    const best = lowest(same, ({ fmtp }) => rules.publishRank(fmtp));
    if (best) return choice(best, rules);
  }
  return null;
}

/** Chooses the payload type under which a viewer takes the published codec. */
export function choosePlayCodec(
  offered: readonly OfferedCodec[],
  published: AgreedCodec,
): CodecChoice | null {
  const rules = codecRules(published.name);
  if (!rules) return null;
  const same = offered.filter(
    (codec) =>
      lower(codec.name) === lower(published.name) &&
      codec.clockRate === published.clockRate &&
      codec.channels === published.channels,
  );
  const best = lowest(same, ({ fmtp }) => rules.playRank(published.fmtp, fmtp));
  return best ? choice(best, rules) : null;
}

function choice(offered: OfferedCodec, rules: CodecRules): CodecChoice {
  const { payloadType, clockRate, channels, fmtp } = offered;
  return {
    codec: { name: rules.name, payloadType, clockRate, channels, fmtp: rules.answer(fmtp) },
    offered,
  };
}

/** The first of those with the lowest finite rank. */
function lowest<T>(items: readonly T[], rank: (item: T) => number): T | null {
  let best: T | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const itemRank = rank(item);
    if (itemRank < bestRank) {
      best = item;
      bestRank = itemRank;
    }
  }
  return best;
}

function lower(name: string): string {
  return name.toLowerCase();
}
