import type { Fingerprint } from './fingerprint.js';

/** A host candidate of ours: RTP and RTCP on the same port; on TCP we wait to be connected to (RFC 6544). */
export interface LocalCandidate {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

export interface LocalTransport {
  readonly ufrag: string;
  readonly password: string;
}

/** What a sending section sends. */
export interface LocalTrack {
  /** Index of the m-section. */
  readonly section: number;
  readonly ssrc: number;
  /** Of its retransmissions (RFC 4588); null where none were agreed on. */
  readonly rtxSsrc: number | null;
  /** The MediaStreamTrack's id in the browser. */
  readonly id: string;
}

/** What a publisher wants of its video's bitrate, bit/s; 0 where it said nothing. */
export interface BitrateLimits {
  readonly min: number;
  /** Where its encoder begins. */
  readonly start: number;
  readonly max: number;
  /** `max` with room for headers and the audio beside it; 0 with it. */
  readonly total: number;
}

/** Our side of an answer. All texts are ours and written as they are. */
export interface LocalDescription {
  /** The `o=` line's version: ms since the epoch. */
  readonly sessionId: number;
  readonly fingerprint: Fingerprint;
  /** Those of each protocol in order of preference; every accepted section lists all of them. */
  readonly candidates: readonly LocalCandidate[];
  /** Parallel to `agreement.transports`. */
  readonly transports: readonly LocalTransport[];
  /** Both tracks belong to this one MediaStream, else the SDK shows only one of them (WCS spec 0.1 item 5). */
  readonly streamId: string;
  /** One for each section we send in. */
  readonly tracks: readonly LocalTrack[];
  readonly cname: string;
  /** For the video that we receive; null towards a viewer. */
  readonly limits: BitrateLimits | null;
}
