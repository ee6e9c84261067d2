import type { AgreedCodec } from './agreement.js';
import { readFormatParameters } from './format-parameters.js';
import { playRank, publishRank, readH264Format, writeH264Format } from './h264.js';
import type { OfferedCodec } from './offer.js';

/** A codec settled on, with the offered payload type it came from. */
export interface CodecChoice {
  readonly codec: AgreedCodec;
  readonly offered: OfferedCodec;
}

/** Names as everybody writes them. */
const CANONICAL = new Map(['H264', 'VP8', 'opus', 'PCMA', 'PCMU', 'G722'].map((name) => [lower(name), name]));

/** RFC 7587 parameters that mean the same when said back. */
const OPUS_PARAMETERS = [
  'minptime',
  'maxplaybackrate',
  'maxaveragebitrate',
  'stereo',
  'sprop-stereo',
  'cbr',
  'usedtx',
  'useinbandfec',
];

/**
 * Chooses what a publisher is to send: the first ability that is offered, and of several H264 formats the one most
 * decoders take.
 * @param abilities codec names in order of preference
 */
export function choosePublishCodec(
  offered: readonly OfferedCodec[],
  abilities: readonly string[],
): CodecChoice | null {
  for (const ability of abilities) {
    const same = offered.filter((codec) => lower(codec.name) === lower(ability) && hasUsualClock(codec));
    const isH264 = lower(ability) === 'h264';
    const best = lowest(same, (codec) => (isH264 ? publishRank(readH264Format(codec.fmtp)) : 0));
    if (best) return choice(best);
  }
  return null;
}

/** Chooses the payload type under which a viewer takes the published codec. */
export function choosePlayCodec(
  offered: readonly OfferedCodec[],
  published: AgreedCodec,
): CodecChoice | null {
  const same = offered.filter(
    (codec) =>
      lower(codec.name) === lower(published.name) &&
      codec.clockRate === published.clockRate &&
      codec.channels === published.channels,
  );
  const isH264 = lower(published.name) === 'h264';
  const source = readH264Format(published.fmtp);
  const best = lowest(same, (codec) => (isH264 ? playRank(source, readH264Format(codec.fmtp)) : 0));
  return best ? choice(best) : null;
}

function choice(offered: OfferedCodec): CodecChoice {
  const { payloadType, clockRate, channels } = offered;
  const name = CANONICAL.get(lower(offered.name)) ?? offered.name;
  return {
    codec: { name, payloadType, clockRate, channels, fmtp: answeredFmtp(name, offered.fmtp) },
    offered,
  };
}

/**
 * What we say back in `a=fmtp`. VP8's max-fs and max-fr are a receiver's own limits and we have none; everything else
 * is either fixed by the codec or left out, so that no text of the client's gets through.
 */
function answeredFmtp(name: string, offered: string): string {
  if (name === 'H264') return writeH264Format(readH264Format(offered));
  if (name !== 'opus') return '';
  const parameters = readFormatParameters(offered);
  return OPUS_PARAMETERS.filter((key) => /^\d{1,7}$/.test(parameters.get(key) ?? ''))
    .map((key) => `${key}=${parameters.get(key)}`)
    .join(';');
}

/** An rtpmap such as `opus/8000` names something nobody encodes. */
function hasUsualClock(codec: OfferedCodec): boolean {
  switch (lower(codec.name)) {
    case 'opus':
      return codec.clockRate === 48_000;
    case 'pcma':
    case 'pcmu':
    case 'g722':
      return codec.clockRate === 8_000;
    case 'h264':
    case 'vp8':
      return codec.clockRate === 90_000;
    default:
      return true;
  }
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
