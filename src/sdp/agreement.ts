import type { Fingerprint } from './fingerprint.js';
import type { Feedback } from './offer.js';

/** A codec both sides use in one section, under the offerer's payload type. */
export interface AgreedCodec {
  /** In its canonical spelling: 'H264', 'VP8', 'VP9', 'AV1', 'opus', 'PCMA', 'PCMU', 'G722'. */
  readonly name: string;
  readonly payloadType: number;
  /** Hz; that of G722 is 8000 by decree (RFC 3551 section 4.5.2). */
  readonly clockRate: number;
  readonly channels: number;
  /** What our `a=fmtp` says, '' for none. */
  readonly fmtp: string;
}

/** One ICE and DTLS transport: shared by the bundled sections, or of one section alone. */
export interface AgreedTransport {
  readonly remoteUfrag: string;
  readonly remotePassword: string;
  /** The peer's certificate must match one of them (RFC 8122 section 5). */
  readonly remoteFingerprints: readonly Fingerprint[];
  /** Ours: the server waits for the ClientHello, `a=setup:passive` (RFC 8842). */
  readonly dtlsRole: 'server' | 'client';
}

export interface AgreedExtension {
  readonly id: number;
  readonly uri: string;
}

export interface AcceptedSection {
  readonly accepted: true;
  readonly index: number;
  readonly kind: 'audio' | 'video';
  readonly mid: string | null;
  /** Index into `Agreement.transports`. */
  readonly transport: number;
  /** Ours. */
  readonly direction: 'recvonly' | 'sendonly';
  readonly codec: AgreedCodec;
  /** Payload type of its retransmissions (RFC 4588); null where they are the packets themselves. */
  readonly rtxPayloadType: number | null;
  /** Payload type of packets of Opus with redundancy (RFC 2198); null where all are of Opus alone. */
  readonly redPayloadType: number | null;
  readonly extensions: readonly AgreedExtension[];
  /** RIDs of the encodings we receive (RFC 8851); empty where it is one encoding. */
  readonly encodings: readonly string[];
  readonly feedback: Feedback;
  /** RTCP may come alone, without a report in front (RFC 5506). */
  readonly reducedSize: boolean;
}

export type RejectReason =
  | 'rejected-by-offer'
  | 'kind-not-wanted'
  | 'protocol'
  | 'direction'
  | 'no-rtcp-mux'
  | 'no-transport'
  | 'no-common-codec';

export interface RejectedSection {
  readonly accepted: false;
  readonly index: number;
  readonly kind: string;
  readonly mid: string | null;
  readonly reason: RejectReason;
}

export type AgreedSection = AcceptedSection | RejectedSection;

/** What an offer and we have settled on, before our own addresses and keys come into it. */
export interface Agreement {
  readonly transports: readonly AgreedTransport[];
  /** One a section of the offer, in its order. */
  readonly sections: readonly AgreedSection[];
  /** The accepted sections of the offer's BUNDLE group share one transport. */
  readonly bundle: boolean;
}

/** The accepted sections only. */
export function acceptedSections(agreement: Agreement): AcceptedSection[] {
  return agreement.sections.filter((section) => section.accepted);
}
