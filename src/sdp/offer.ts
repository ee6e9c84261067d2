import type { Fingerprint } from './fingerprint.js';

/** RTCP feedback of a codec or a section (RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb, transport-wide-cc). */
export interface Feedback {
  readonly nack: boolean;
  readonly pli: boolean;
  readonly fir: boolean;
  readonly remb: boolean;
  readonly transportCc: boolean;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** ICE and DTLS of one section, what is said at session level already filled in (RFC 8839, RFC 8842). */
export interface OfferedTransport {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprints: readonly Fingerprint[];
  readonly setup: 'actpass' | 'active' | 'passive';
}

/** One payload type of a section, in the order of its m-line; `rtx`, `red` and the like included. */
export interface OfferedCodec {
  readonly payloadType: number;
  /** As offered; compare without regard to case. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** The text behind `a=fmtp:<pt> `, '' when there is none. */
  readonly fmtp: string;
  readonly feedback: Feedback;
}

/** An `a=extmap` line (RFC 8285). `direction` is the offerer's. */
export interface OfferedExtension {
  readonly id: number;
  readonly uri: string;
  readonly direction: Direction;
}

/** One of several encodings of the same picture that a sender offers (simulcast, RFC 8853). */
export interface OfferedEncoding {
  readonly rid: string;
  /** Those it may have; null for any of the section. */
  readonly payloadTypes: readonly number[] | null;
}

/** One m-section of an offer, whether it can be used or not: an answer needs all of them. */
export interface OfferSection {
  readonly index: number;
  /** 'audio', 'video', 'application', … */
  readonly kind: string;
  readonly protocol: string;
  /** The first format of the m-line, which a rejection repeats. */
  readonly firstFormat: string;
  /** The offerer itself has switched this section off (port 0 and not bundle-only). */
  readonly rejected: boolean;
  readonly mid: string | null;
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  readonly reducedSize: boolean;
  /** Null when ICE credentials, a known fingerprint or a usable `a=setup` are missing. */
  readonly transport: OfferedTransport | null;
  readonly codecs: readonly OfferedCodec[];
  readonly extensions: readonly OfferedExtension[];
  /** Extensions of the one-byte and the two-byte form may be mixed (RFC 8285 section 6). */
  readonly mixesExtensions: boolean;
  /** Fewer than two where it is not simulcast. */
  readonly encodings: readonly OfferedEncoding[];
}

/** A parsed and validated offer (RFC 3264, RFC 8829). */
export interface Offer {
  readonly sections: readonly OfferSection[];
  /** The mids of the BUNDLE group in its order (RFC 8843); empty when the offer has none. */
  readonly bundle: readonly string[];
}

/** True when `section` may share one transport with the rest of the BUNDLE group. */
export function isBundled(offer: Offer, section: OfferSection): boolean {
  return section.mid !== null && offer.bundle.includes(section.mid);
}
