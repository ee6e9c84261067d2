import {
  dependencyDescriptorUri,
  encodingUris,
  midUri,
  repairedStreamIdUri,
  rtpStreamIdUri,
  transportWideCcUri,
} from '../kit/index.js';
import type {
  AcceptedSection,
  AgreedCodec,
  AgreedSection,
  AgreedTransport,
  Agreement,
  RejectReason,
} from './agreement.js';
import { type CodecChoice, choosePlayCodec, choosePublishCodec } from './codec-choice.js';
import type { NoCommonCodecs } from './fault.js';
import { agreeExtensions } from './header-extensions.js';
import {
  isBundled,
  type Offer,
  type OfferedCodec,
  type OfferedTransport,
  type OfferSection,
} from './offer.js';
import { type AudioRedundancy, agreePlayedRedundancy, agreePublishedRedundancy } from './redundancy.js';
import { agreeRetransmission } from './retransmission.js';
import { agreeEncodings } from './simulcast.js';

/** Codec names in order of preference, a kind each. */
export interface Abilities {
  readonly audio: readonly string[];
  readonly video: readonly string[];
  /** 'offered' when absent. */
  readonly audioRedundancy?: AudioRedundancy;
}

/** One track of a published stream: what `agreePublish` settled on. */
export interface PublishedTrack {
  readonly kind: 'audio' | 'video';
  readonly codec: AgreedCodec;
  /** Of its packets with redundancy (RFC 2198); null where it has none. */
  readonly redPayloadType: number | null;
}

/** What the one-byte form of header extensions can say (RFC 8285 section 4.2); browsers' are of one digit. */
const MAX_MID_LENGTH = 16;

const DEFAULT_EXTENSIONS: readonly string[] = [transportWideCcUri];

/**
 * Settles what a publisher sends: of each kind the first section that can be, with exactly one codec, the first of
 * `abilities` the offer has. Feedback is what the codec offers; transport-cc and its header extension go together. REMB
 * goes beside it, since a sender whose estimate lives on transport-cc takes REMB for its upper bound.
 * @param extensions URIs of the header extensions wanted
 */
export function agreePublish(
  offer: Offer,
  abilities: Abilities,
  extensions: readonly string[] = DEFAULT_EXTENSIONS,
): Agreement | NoCommonCodecs {
  const choose: Choose = (kind, offered) => {
    const choice = choosePublishCodec(offered, abilities[kind]);
    if (!choice) return null;
    const wish = abilities.audioRedundancy ?? 'offered';
    return { ...choice, redPayloadType: agreePublishedRedundancy(offered, choice, wish) };
  };
  return agree(offer, 'recvonly', extensions, choose);
}

/**
 * Settles what a viewer receives: the publisher's codecs under the viewer's payload types. A kind the publisher lacks,
 * or whose codec the viewer lacks, is rejected as long as another one remains.
 * @param extensions as for `agreePublish`; those agreed on are ours to write. Packets need to name their m-section
 *   (`mid`) only where sections share a transport
 */
export function agreePlay(
  offer: Offer,
  published: readonly PublishedTrack[],
  extensions: readonly string[] = DEFAULT_EXTENSIONS,
): Agreement | NoCommonCodecs {
  const choose: Choose = (kind, offered) => {
    const track = published.find((candidate) => candidate.kind === kind);
    const choice = track ? choosePlayCodec(offered, track.codec) : null;
    if (!track || !choice) return null;
    return { ...choice, redPayloadType: agreePlayedRedundancy(offered, choice, track) };
  };
  return agree(offer, 'sendonly', extensions, choose);
}

type Choose = (kind: 'audio' | 'video', offered: readonly OfferedCodec[]) => Choice | null;

/** A codec, and the payload type of what wraps it in redundancy. */
interface Choice extends CodecChoice {
  readonly redPayloadType: number | null;
}

function agree(
  offer: Offer,
  direction: 'recvonly' | 'sendonly',
  wanted: readonly string[],
  choose: Choose,
): Agreement | NoCommonCodecs {
  const transports = new TransportTable(offer);
  const kinds = new Set<string>();
  const sections = offer.sections.map((section): AgreedSection => {
    const { index, kind, mid } = section;
    const reject = (reason: RejectReason): AgreedSection => ({ accepted: false, index, kind, mid, reason });
    if (section.rejected) return reject('rejected-by-offer');
    if ((kind !== 'audio' && kind !== 'video') || kinds.has(kind)) return reject('kind-not-wanted');
    if (!DTLS_SRTP.has(section.protocol)) return reject('protocol');
    if (section.direction === 'inactive' || section.direction === direction) return reject('direction');
    if (!section.rtcpMux) return reject('no-rtcp-mux');
    const offered = transports.of(section);
    if (!offered) return reject('no-transport');
    const codecs = transports.distinct(section);
    const chosen = choose(kind, codecs);
    if (!chosen) return reject('no-common-codec');
    kinds.add(kind);
    const { redPayloadType: red } = chosen;
    // RTX of the codec would give a packet with redundancy back as one of the codec alone (RFC 4588 section 8).
    const rtx = red === null ? agreeRetransmission(codecs, chosen) : null;
    const transport = transports.use(section, offered, [chosen.codec.payloadType, rtx, red]);
    const named = isBundled(offer, section) && (section.mid?.length ?? 0) <= MAX_MID_LENGTH;
    const uris = named ? wanted : wanted.filter((uri) => uri !== midUri);
    return accept(section, kind, direction, chosen, rtx, uris, transport);
  });
  if (kinds.size === 0) return { fault: 'no-common-codecs', detail: describe(sections) };
  return { transports: transports.agreed, sections, bundle: transports.bundled };
}

/** The names DTLS-SRTP goes by in m-lines: today's, and those of clients from before RFC 5764. */
const DTLS_SRTP = new Set([
  'UDP/TLS/RTP/SAVPF',
  'UDP/TLS/RTP/SAVP',
  'RTP/SAVPF',
  'RTP/SAVP',
  'TCP/TLS/RTP/SAVPF',
]);

function accept(
  section: OfferSection,
  kind: 'audio' | 'video',
  direction: 'recvonly' | 'sendonly',
  { codec, offered, redPayloadType }: Choice,
  rtxPayloadType: number | null,
  wanted: readonly string[],
  transport: number,
): AcceptedSection {
  const rids =
    kind === 'video' && direction === 'recvonly' ? agreeEncodings(section.encodings, codec.payloadType) : [];
  // Other codecs say it in their payloads; and what tells of the structure is too long for the one-byte form.
  const hasDescriptors = codec.name === 'AV1' && section.mixedExtensions;
  const suitable = wanted.filter((uri) => uri !== dependencyDescriptorUri || hasDescriptors);
  const uris = rids.length > 0 ? [...suitable, ...encodingUris] : suitable;
  const extensions = agreeExtensions(section, direction, uris);
  const has = (wantedUri: string) => extensions.some(({ uri }) => uri === wantedUri);
  // Without this extension nobody could tell the encodings apart.
  const encodings = has(rtpStreamIdUri) ? rids : [];
  const transportCc = offered.feedback.transportCc && has(transportWideCcUri);
  return {
    accepted: true,
    index: section.index,
    kind,
    mid: section.mid,
    transport,
    direction,
    codec,
    // RTX of several encodings has to be told apart, too; else what is lost of them is sent again as it was.
    rtxPayloadType: encodings.length > 0 && !has(repairedStreamIdUri) ? null : rtxPayloadType,
    redPayloadType,
    extensions,
    encodings,
    feedback: { ...offered.feedback, transportCc },
    reducedSize: section.reducedSize,
  };
}

function describe(sections: readonly AgreedSection[]): string {
  return sections
    .map((section) => `${section.index} ${section.kind}: ${section.accepted ? 'accepted' : section.reason}`)
    .join(', ');
}

/** Which transports are in use, and which payload types on the shared one. */
class TransportTable {
  readonly agreed: AgreedTransport[] = [];
  private shared = -1;
  /** Packets of bundled sections are told apart by payload type, so none may serve two of them (RFC 8843 9.1). */
  private readonly sharedPayloadTypes = new Set<number>();

  constructor(private readonly offer: Offer) {}

  get bundled(): boolean {
    return this.shared >= 0;
  }

  /** A bundle-only section may leave its transport to the rest of the group (RFC 8843 section 7.1.3). */
  of(section: OfferSection): OfferedTransport | null {
    if (section.transport !== null || !isBundled(this.offer, section)) return section.transport;
    const peers = this.offer.sections.filter((peer) => isBundled(this.offer, peer));
    return peers.find((peer) => peer.transport !== null)?.transport ?? null;
  }

  /** The section's codecs that no other section on the same transport uses. */
  distinct(section: OfferSection): OfferedCodec[] {
    const shares = isBundled(this.offer, section);
    return section.codecs.filter((codec) => !(shares && this.sharedPayloadTypes.has(codec.payloadType)));
  }

  /** Gives an accepted section, which uses these payload types, its transport. */
  use(section: OfferSection, offered: OfferedTransport, payloadTypes: readonly (number | null)[]): number {
    if (!isBundled(this.offer, section)) return this.add(offered);
    for (const payloadType of payloadTypes) {
      if (payloadType !== null) this.sharedPayloadTypes.add(payloadType);
    }
    if (this.shared < 0) this.shared = this.add(offered);
    return this.shared;
  }

  private add(offered: OfferedTransport): number {
    return (
      this.agreed.push({
        remoteUfrag: offered.ufrag,
        remotePassword: offered.password,
        remoteFingerprints: offered.fingerprints,
        dtlsRole: offered.setup === 'passive' ? 'client' : 'server',
      }) - 1
    );
  }
}
