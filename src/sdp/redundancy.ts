import type { AgreedCodec } from './agreement.js';
import type { CodecChoice } from './codec-choice.js';
import type { OfferedCodec } from './offer.js';

/**
 * When a publisher is asked for Opus with redundancy (RED, RFC 2198): never, where its offer ranks RED before Opus, or
 * wherever its offer has RED.
 */
export type AudioRedundancy = 'off' | 'offered' | 'always';

/**
 * The payload type under which a publisher is to send the Opus agreed on with redundancy.
 * @param offered the section's codecs as far as they may be used, in the order of the m-line
 * @returns null where it is to send none
 */
export function agreePublishedRedundancy(
  offered: readonly OfferedCodec[],
  choice: CodecChoice,
  wish: AudioRedundancy,
): number | null {
  const red = findRed(offered, choice);
  if (!red || wish === 'off') return null;
  const ranksFirst = offered.indexOf(red) < offered.indexOf(choice.offered);
  return ranksFirst || wish === 'always' ? red.payloadType : null;
}

/**
 * The payload type under which a viewer gets the redundancy that a publisher sends. The blocks name their payload types
 * themselves, so it must know Opus by the very one that the publisher uses.
 * @param published the publisher's codec, and its payload type of redundancy
 * @returns null where the viewer gets Opus alone
 */
export function agreePlayedRedundancy(
  offered: readonly OfferedCodec[],
  choice: CodecChoice,
  published: { readonly codec: AgreedCodec; readonly redPayloadType: number | null },
): number | null {
  const { codec, redPayloadType } = published;
  if (redPayloadType === null || codec.payloadType !== choice.codec.payloadType) return null;
  return findRed(offered, choice)?.payloadType ?? null;
}

/** What an `a=fmtp` says of RED whose blocks all are of this codec: twice its payload type or more (RFC 2198 section 5). */
export function redFormat(payloadType: number): string {
  return `${payloadType}/${payloadType}`;
}

/** Blocks that a RED format may name, as browsers hold it. */
const maxBlocks = 32;

/** The first `red` whose blocks all are of the Opus chosen. */
function findRed(offered: readonly OfferedCodec[], { codec }: CodecChoice): OfferedCodec | undefined {
  if (codec.name !== 'opus') return undefined;
  return offered.find(({ name, clockRate, channels, fmtp }) => {
    if (name.toLowerCase() !== 'red' || clockRate !== codec.clockRate || channels !== codec.channels)
      return false;
    const blocks = fmtp.trim().split('/', maxBlocks + 1);
    const fits = blocks.length >= 2 && blocks.length <= maxBlocks;
    return fits && blocks.every((block) => block === String(codec.payloadType));
  });
}
