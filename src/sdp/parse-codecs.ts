import type { MediaDescription } from 'sdp-transform';
import type { Feedback, OfferedCodec } from './offer.js';

const MAX_FORMATS = 256;
const MAX_FMTP_LENGTH = 1_024;

/** RFC 3551 table 4: payload types that need no rtpmap. */
const STATIC_CODECS = new Map([
  [0, { codec: 'PCMU', rate: 8_000 }],
  [8, { codec: 'PCMA', rate: 8_000 }],
  [9, { codec: 'G722', rate: 8_000 }],
]);

/**
 * The codecs of a section in the order of its m-line. Formats without a usable rtpmap are passed over, and so are
 * payload types RTCP would be mistaken for when multiplexed (64 to 95, RFC 5761 section 4).
 * @param formats the m-line's formats
 * @returns null when there are more formats than anybody has
 */
export function readCodecs(media: MediaDescription, formats: readonly string[]): OfferedCodec[] | null {
  if (formats.length > MAX_FORMATS) return null;
  const maps = new Map(media.rtp.map((map) => [readPayloadType(map.payload), map]));
  const fmtps = readFmtps(media);
  const feedback = new FeedbackTable(media);
  const codecs = new Map<number, OfferedCodec>();
  for (const format of formats) {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : -1;
    if (payloadType < 0 || payloadType > 127 || (payloadType >= 64 && payloadType <= 95)) continue;
    const map = maps.get(payloadType) ?? STATIC_CODECS.get(payloadType);
    const name = String(map?.codec ?? '');
    const clockRate = Number(map?.rate ?? 0);
    const channels = Number((map as { encoding?: unknown } | undefined)?.encoding ?? 1);
    if (codecs.has(payloadType) || name === '' || name.length > 32) continue;
    if (!(clockRate >= 1 && clockRate <= 1_000_000) || !(channels >= 1 && channels <= 255)) continue;
    codecs.set(payloadType, {
      payloadType,
      name,
      clockRate,
      channels: Math.trunc(channels),
      fmtp: fmtps.get(payloadType) ?? '',
      feedback: feedback.of(payloadType),
    });
  }
  return [...codecs.values()];
}

/** NaN, which no format is, for the empty text sdp-transform also lets through. */
function readPayloadType(payload: number | string): number {
  return Number.parseInt(String(payload), 10);
}

/** A payload type with two fmtp lines has the parameters of both. */
function readFmtps(media: MediaDescription): Map<number, string> {
  const fmtps = new Map<number, string>();
  for (const line of media.fmtp) {
    const payloadType = readPayloadType(line.payload);
    const known = fmtps.get(payloadType);
    const fmtp = known === undefined ? String(line.config) : `${known};${line.config}`;
    if (fmtp.length <= MAX_FMTP_LENGTH) fmtps.set(payloadType, fmtp);
  }
  return fmtps;
}

type MutableFeedback = { -readonly [Key in keyof Feedback]: Feedback[Key] };

/** `a=rtcp-fb` per payload type, the wildcard `*` added to each (RFC 4585 section 4.2). */
class FeedbackTable {
  private readonly wildcard = noFeedback();
  private readonly byPayloadType = new Map<number, MutableFeedback>();

  constructor(media: MediaDescription) {
    for (const line of media.rtcpFb ?? []) {
      const key = feedbackKey(String(line.type), String(line.subtype ?? ''));
      if (key !== null) this.entry(line.payload)[key] = true;
    }
  }

  of(payloadType: number): Feedback {
    const own = this.byPayloadType.get(payloadType) ?? this.wildcard;
    return {
      nack: own.nack || this.wildcard.nack,
      pli: own.pli || this.wildcard.pli,
      fir: own.fir || this.wildcard.fir,
      remb: own.remb || this.wildcard.remb,
      transportCc: own.transportCc || this.wildcard.transportCc,
    };
  }

  private entry(payload: number | string): MutableFeedback {
    if (payload === '*') return this.wildcard;
    const payloadType = readPayloadType(payload);
    let entry = this.byPayloadType.get(payloadType);
    if (!entry) {
      entry = noFeedback();
      this.byPayloadType.set(payloadType, entry);
    }
    return entry;
  }
}

function noFeedback(): MutableFeedback {
  return { nack: false, pli: false, fir: false, remb: false, transportCc: false };
}

function feedbackKey(type: string, subtype: string): keyof Feedback | null {
  switch (`${type} ${subtype}`.trimEnd().toLowerCase()) {
    case 'nack':
      return 'nack';
    case 'nack pli':
      return 'pli';
    case 'ccm fir':
      return 'fir';
    case 'goog-remb':
      return 'remb';
    case 'transport-cc':
      return 'transportCc';
    default:
      return null;
  }
}
