import type { MediaDescription } from 'sdp-transform';
import type { OfferedEncoding } from './offer.js';

/** Browsers send three; each that is received has packet memory of its own. */
const maxEncodings = 4;
const maxRids = 16;
/** RFC 8851 section 10, and no longer than a header extension of the one-byte form can say (RFC 8285). */
const RID = /^[\w-]{1,16}$/;

/**
 * The encodings of a section whose sender offers simulcast (RFC 8853 section 5.1, RFC 8851), in the order of its
 * `a=simulcast`. Of alternatives the first is taken that has an `a=rid`; one that begins paused (`~`) may go on later.
 * What makes no sense, and what is beyond four, is passed over.
 * @returns fewer than two where the offer is none of simulcast
 */
export function readEncodings(media: MediaDescription): OfferedEncoding[] {
  const offered = new Map<string, OfferedEncoding>();
  for (const { id, direction, params } of (media.rids ?? []).slice(0, maxRids)) {
    const rid = String(id);
    if (direction !== 'send' || !RID.test(rid) || offered.has(rid)) continue;
    offered.set(rid, { rid, payloadTypes: readPayloadTypes(String(params ?? '')) });
  }
  const encodings: OfferedEncoding[] = [];
  for (const alternatives of sentList(media).split(';', maxRids)) {
    const rids = alternatives.split(',', maxRids).map((rid) => rid.trim().replace(/^~/, ''));
    const encoding = rids.map((rid) => offered.get(rid)).find((found) => found !== undefined);
    if (encoding && !encodings.includes(encoding) && encodings.length < maxEncodings)
      encodings.push(encoding);
  }
  return encodings;
}

/** The rids of the encodings that may have this payload type; none where that is not simulcast any more. */
export function agreeEncodings(encodings: readonly OfferedEncoding[], payloadType: number): string[] {
  const usable = encodings.filter(
    ({ payloadTypes }) => payloadTypes === null || payloadTypes.includes(payloadType),
  );
  return usable.length < 2 ? [] : usable.map(({ rid }) => rid);
}

/** The answer's lines for the encodings that we receive; nothing where there are none. */
export function encodingLines(rids: readonly string[]): Pick<MediaDescription, 'rids' | 'simulcast'> {
  if (rids.length === 0) return {};
  return {
    rids: rids.map((id) => ({ id, direction: 'recv' })),
    simulcast: { dir1: 'recv', list1: rids.join(';') },
  };
}

function sentList({ simulcast }: MediaDescription): string {
  if (simulcast?.dir1 === 'send') return String(simulcast.list1);
  return simulcast?.dir2 === 'send' ? String(simulcast.list2 ?? '') : '';
}

/** `pt=96,97` of an `a=rid` (RFC 8851 section 5); null where it may be any. */
function readPayloadTypes(parameters: string): number[] | null {
  const list = /(?:^|;)pt=([\d,]{1,64})(?:;|$)/.exec(parameters)?.[1];
  return list === undefined ? null : list.split(',').map(Number);
}
