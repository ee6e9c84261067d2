import type { CodecChoice } from './codec-choice.js';
import { readFormatParameters } from './format-parameters.js';
import type { OfferedCodec } from './offer.js';

/**
 * The payload type under which the packets of a codec are sent again (RFC 4588 section 8): the first `rtx` whose `apt`
 * names it. One whose codec is gone, as the SDK's `stripCodecs` leaves them (WCS spec E.1), so never counts.
 * @param offered the section's codecs as far as they may be used
 * @returns null without NACK, which alone asks for such packets, or where none is offered
 */
export function agreeRetransmission(
  offered: readonly OfferedCodec[],
  { codec, offered: chosen }: CodecChoice,
): number | null {
  if (!chosen.feedback.nack) return null;
  const found = offered.find(
    ({ name, clockRate, fmtp }) =>
      name.toLowerCase() === 'rtx' &&
      clockRate === codec.clockRate &&
      readFormatParameters(fmtp).get('apt') === String(codec.payloadType),
  );
  return found?.payloadType ?? null;
}
