import type { MediaDescription } from 'sdp-transform';
import { dependencyDescriptorUri } from '../kit/index.js';
import type {
  AcceptedSection,
  AgreedCodec,
  AgreedExtension,
  Agreement,
  RejectedSection,
} from './agreement.js';
import { bandwidthLines, formatParameters } from './answer-bitrate.js';
import { answeredDirection } from './header-extensions.js';
import type { LocalCandidate, LocalDescription, LocalTrack } from './local-description.js';
import type { OfferedCodec, OfferSection } from './offer.js';
import { encodingLines } from './simulcast.js';

/** An accepted m-section, complete on its own: transport, candidates and all, bundled or not. */
export function acceptedMedia(
  section: AcceptedSection,
  offered: OfferSection,
  agreement: Agreement,
  local: LocalDescription,
): MediaDescription {
  const remote = agreement.transports[section.transport];
  const transport = local.transports[section.transport];
  if (!remote || !transport) throw new RangeError(`no transport ${section.transport}`);
  const { codec, rtxPayloadType } = section;
  const payloadTypes = rtxPayloadType === null ? [codec.payloadType] : [codec.payloadType, rtxPayloadType];
  const { address, port } = local.candidates[0] ?? { address: '0.0.0.0', port: 9 };
  const limits = section.kind === 'video' && section.direction === 'recvonly' ? local.limits : null;
  const fmtp = formatParameters(codec.fmtp, limits);
  const media: MediaDescription = {
    type: section.kind,
    port,
    protocol: offered.protocol,
    payloads: payloadTypes.join(' '),
    connection: { version: ipVersion(address), ip: address },
    rtp: [rtpMap(codec)],
    fmtp: fmtp === '' ? [] : [{ payload: codec.payloadType, config: fmtp }],
    rtcpFb: feedbackLines(section),
    ext: section.extensions.map((extension) => extensionLine(extension, offered)),
    setup: remote.dtlsRole === 'server' ? 'passive' : 'active',
    direction: section.direction,
    iceUfrag: transport.ufrag,
    icePwd: transport.password,
    fingerprint: {
      type: local.fingerprint.algorithm.toLowerCase(),
      hash: local.fingerprint.value.toUpperCase(),
    },
    candidates: local.candidates.map(candidateLine),
    endOfCandidates: 'end-of-candidates',
    rtcpMux: 'rtcp-mux',
    ...encodingLines(section.encodings),
  };
  if (rtxPayloadType !== null) media.invalid = retransmissionLines(codec, rtxPayloadType);
  const bandwidth = bandwidthLines(limits);
  if (bandwidth.length > 0) media.bandwidth = bandwidth;
  if (section.mid !== null) media.mid = section.mid;
  if (section.extensions.some(({ uri }) => uri === dependencyDescriptorUri))
    media.extmapAllowMixed = 'extmap-allow-mixed';
  if (section.reducedSize) media.rtcpRsize = 'rtcp-rsize';
  if (section.direction === 'sendonly') {
    const track = local.tracks.find((candidate) => candidate.section === section.index);
    if (!track) throw new RangeError(`no local track for section ${section.index}`);
    media.msid = [{ id: local.streamId, appdata: track.id }];
    media.ssrcs = ssrcLines(track, local);
    if (track.rtxSsrc !== null)
      media.ssrcGroups = [{ semantics: 'FID', ssrcs: `${track.ssrc} ${track.rtxSsrc}` }];
  }
  return media;
}

/** A section switched off: port 0, the offer's first format (RFC 3264 section 6), no transport. */
export function rejectedMedia(section: RejectedSection, offered: OfferSection): MediaDescription {
  const codec = offered.codecs.find((candidate) => String(candidate.payloadType) === offered.firstFormat);
  const media: MediaDescription = {
    type: section.kind,
    port: 0,
    protocol: offered.protocol,
    payloads: offered.firstFormat,
    connection: { version: 4, ip: '0.0.0.0' },
    rtp: codec ? [rtpMap(codec)] : [],
    fmtp: [],
    direction: 'inactive',
  };
  if (section.mid !== null) media.mid = section.mid;
  return media;
}

export function ipVersion(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

type RtpMap = MediaDescription['rtp'][number];

function rtpMap(codec: Pick<OfferedCodec, 'payloadType' | 'name' | 'clockRate' | 'channels'>): RtpMap {
  const map: RtpMap = { payload: codec.payloadType, codec: codec.name, rate: codec.clockRate };
  if (codec.channels > 1) map.encoding = codec.channels;
  return map;
}

function feedbackLines({ codec, feedback }: AcceptedSection): NonNullable<MediaDescription['rtcpFb']> {
  const payload = codec.payloadType;
  const lines = [];
  if (feedback.nack) lines.push({ payload, type: 'nack' });
  if (feedback.pli) lines.push({ payload, type: 'nack', subtype: 'pli' });
  if (feedback.fir) lines.push({ payload, type: 'ccm', subtype: 'fir' });
  if (feedback.remb) lines.push({ payload, type: 'goog-remb' });
  if (feedback.transportCc) lines.push({ payload, type: 'transport-cc' });
  return lines;
}

type ExtensionLine = NonNullable<MediaDescription['ext']>[number];

function extensionLine({ id, uri }: AgreedExtension, offered: OfferSection): ExtensionLine {
  const direction = offered.extensions.find((extension) => extension.id === id)?.direction ?? 'sendrecv';
  if (direction === 'sendrecv') return { value: id, uri };
  return { value: id, uri, direction: answeredDirection(direction) };
}

type CandidateLine = NonNullable<MediaDescription['candidates']>[number];

const HOST_UDP = 126;
const HOST_TCP = 90;
/** Of the 16 bits of local preference that of a passive TCP candidate begins with direction preference 4. */
const PASSIVE = 4 * 2 ** 13;

/**
 * Host candidates of component 1, the local preference falling with the position (RFC 8445 section 5.1.2). TCP has a
 * lower type preference than UDP, so that it is what a peer falls back on (RFC 6544 section 4.2). Equal foundations
 * are of one address and protocol.
 */
function candidateLine(
  { protocol, address, port }: LocalCandidate,
  index: number,
  all: readonly LocalCandidate[],
): CandidateLine {
  const isTcp = protocol === 'tcp';
  const typePreference = isTcp ? HOST_TCP : HOST_UDP;
  const localPreference = isTcp ? PASSIVE + 2 ** 13 - 1 - index : 65_535 - index;
  const line: CandidateLine = {
    foundation: String(all.findIndex((each) => each.address === address && each.protocol === protocol) + 1),
    component: 1,
    transport: protocol,
    priority: typePreference * 2 ** 24 + localPreference * 2 ** 8 + 255,
    ip: address,
    port,
    type: 'host',
  };
  if (isTcp) line.tcptype = 'passive';
  return line;
}

/** RFC 5576 lines, which clients from before msid at media level read instead of it. */
function ssrcLines(track: LocalTrack, local: LocalDescription): NonNullable<MediaDescription['ssrcs']> {
  const ssrcs = track.rtxSsrc === null ? [track.ssrc] : [track.ssrc, track.rtxSsrc];
  return ssrcs.flatMap((id) => [
    { id, attribute: 'cname', value: local.cname },
    { id, attribute: 'msid', value: `${local.streamId} ${track.id}` },
  ]);
}

/**
 * What names the payload type of retransmissions (RFC 4588 section 8), as lines of their own at the section's end: next to
 * the codec's `a=rtpmap` the SDK would take them for the codec whose bitrate it sets (WCS spec E.2).
 */
function retransmissionLines(codec: AgreedCodec, payloadType: number): { value: string }[] {
  return [
    { value: `rtpmap:${payloadType} rtx/${codec.clockRate}` },
    { value: `fmtp:${payloadType} apt=${codec.payloadType}` },
  ];
}
