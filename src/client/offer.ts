import { transportWideCcUri } from '../kit/index.js';
import { isSdpFault, type OfferSection, parseOffer } from '../sdp/index.js';
import type { Candidate } from './link.js';

export interface OfferedFormat {
  readonly payloadType: number;
  /** As in `a=rtpmap`: `H264/90000`, `opus/48000/2`. */
  readonly name: string;
  readonly fmtp?: string;
  /** Payload type of its retransmissions (RFC 4588). */
  readonly rtx?: number;
}

export interface OfferedMedia {
  readonly kind: 'audio' | 'video';
  readonly formats: readonly OfferedFormat[];
  /** Of what is sent; a receiver has none. */
  readonly ssrc?: number;
}

/** What this side of a connection is known by. */
export interface LocalIdentity {
  readonly ufrag: string;
  readonly password: string;
  /** SHA-256 of the certificate, hexadecimal pairs with colons. */
  readonly fingerprint: string;
}

const cname = 'sluice';
const transportCcId = 3;

/** An offer as a browser would make it (RFC 8829), one transport for all, without candidates of its own. */
export function writeOffer(
  direction: 'sendonly' | 'recvonly',
  media: readonly OfferedMedia[],
  { ufrag, password, fingerprint }: LocalIdentity,
): string {
  const lines = ['v=0', `o=- ${Date.now()} 2 IN IP4 127.0.0.1`, 's=-', 't=0 0'];
  lines.push(`a=group:BUNDLE ${media.map((_, mid) => mid).join(' ')}`);
  for (const [mid, { kind, formats, ssrc }] of media.entries()) {
    const types = formats.flatMap(({ payloadType, rtx }) =>
      rtx === undefined ? [payloadType] : [payloadType, rtx],
    );
    lines.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types.join(' ')}`,
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
    );
    lines.push(`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${password}`, 'a=ice-options:trickle');
    lines.push(`a=fingerprint:sha-256 ${fingerprint}`, 'a=setup:actpass', `a=mid:${mid}`);
    if (direction === 'recvonly') lines.push(`a=extmap:${transportCcId} ${transportWideCcUri}`);
    lines.push(`a=${direction}`, 'a=rtcp-mux', 'a=rtcp-rsize');
    for (const format of formats) lines.push(...formatLines(kind, direction, format));
    if (ssrc !== undefined) lines.push(`a=msid:${cname} ${kind}`, `a=ssrc:${ssrc} cname:${cname}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function formatLines(
  kind: OfferedMedia['kind'],
  direction: 'sendonly' | 'recvonly',
  { payloadType, name, fmtp, rtx }: OfferedFormat,
): string[] {
  const lines = [`a=rtpmap:${payloadType} ${name}`];
  if (fmtp !== undefined) lines.push(`a=fmtp:${payloadType} ${fmtp}`);
  lines.push(`a=rtcp-fb:${payloadType} nack`);
  // A sender whose rate is settled has no use for an estimate of what it could be.
  if (direction === 'recvonly') lines.push(`a=rtcp-fb:${payloadType} transport-cc`);
  if (kind === 'video') lines.push(`a=rtcp-fb:${payloadType} nack pli`, `a=rtcp-fb:${payloadType} ccm fir`);
  if (rtx !== undefined) lines.push(`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payloadType}`);
  return lines;
}

/** What a server answered. */
export interface Answer {
  /** In the order of the offer; those that were refused are `rejected`. */
  readonly sections: readonly OfferSection[];
  /** Of the transport that all share. */
  readonly transport: NonNullable<OfferSection['transport']>;
  readonly candidates: readonly Candidate[];
}

/** More candidates than a server has addresses are not tried. */
const maxCandidates = 16;

/**
 * Reads an answer of any content.
 * @throws Error that says why it cannot be used
 */
export function readAnswer(sdp: string): Answer {
  // An answer is written as an offer is.
  const answer = parseOffer(sdp);
  if (isSdpFault(answer)) throw new Error(`the server's answer cannot be read: ${answer.detail}`);
  const accepted = answer.sections.find(({ rejected, transport }) => !rejected && transport !== null);
  if (!accepted?.transport) throw new Error('the server takes nothing of the offer');
  return { sections: answer.sections, transport: accepted.transport, candidates: readCandidates(sdp) };
}

function readCandidates(sdp: string): Candidate[] {
  const lines = sdp.matchAll(/^a=candidate:\S+ 1 (udp|tcp) \d+ ([0-9a-f.:]+) (\d{1,5}) typ host/gim);
  const unique = new Map<string, Candidate>();
  for (const [, protocol = '', address = '', port] of lines) {
    const tcp = protocol.toLowerCase() === 'tcp';
    const candidate = { protocol: tcp ? ('tcp' as const) : ('udp' as const), address, port: Number(port) };
    if (candidate.port === 0 || candidate.port > 65_535) continue;
    unique.set(`${candidate.protocol} ${address} ${candidate.port}`, candidate);
  }
  return [...unique.values()].slice(0, maxCandidates);
}
