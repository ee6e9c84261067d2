/** Which RTCP feedback both sides agreed on for a track (RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb, transport-wide-cc). */
export interface TrackFeedback {
  readonly nack: boolean;
  readonly pli: boolean;
  readonly fir: boolean;
  readonly remb: boolean;
  readonly transportCc: boolean;
}

/** An RTP header extension under the id that one side's SDP gave it (RFC 8285). */
export interface TrackExtension {
  readonly id: number;
  readonly uri: string;
}

/** The codec of a track, under the payload type of the side it is described for. */
export interface TrackCodec {
  /** Encoding name as in `a=rtpmap`: opus, PCMA, PCMU, G722, H264, VP8, VP9, AV1. */
  readonly name: string;
  readonly payloadType: number;
  /** RTP clock, Hz. */
  readonly clockRate: number;
  readonly channels: number;
  /** Format parameters as in `a=fmtp`, or ''. */
  readonly fmtp: string;
}

/** One agreed m-section, as the media path needs to know it. */
export interface TrackDescription {
  readonly kind: 'audio' | 'video';
  readonly codec: TrackCodec;
  /** Payload type of retransmissions (RFC 4588); null where they are the packets themselves. */
  readonly rtxPayloadType: number | null;
  /** Payload type of audio packets with redundancy around the codec (RFC 2198); null where none were agreed on. */
  readonly redPayloadType: number | null;
  /** Index of the transport that carries it; 0 for all where the offer bundled. */
  readonly transport: number;
  readonly feedback: TrackFeedback;
  /** RTCP feedback about it may come alone, without a report in front (RFC 5506). */
  readonly reducedSize: boolean;
  readonly extensions: readonly TrackExtension[];
  /** RIDs of the encodings that a publisher sends of this picture at once (RFC 8853); empty for one without. */
  readonly encodings: readonly string[];
  /** Most that a publisher whose video this is may send in all, audio and headers included, bit/s; else 0. */
  readonly maxBitrate: number;
  /** It comes from another media process, whose SSRCs tell its encodings apart (`pipeSsrc`). */
  readonly piped?: boolean;
}

/** A track a viewer receives: which of the publisher's tracks feeds it, and the SSRCs promised in the answer. */
export interface DownTrackDescription extends TrackDescription {
  /** Index in the publisher's list of tracks. */
  readonly source: number;
  readonly ssrc: number;
  /** Of its retransmissions; null without a payload type for them. */
  readonly rtxSsrc: number | null;
  /** Of the viewer's m-section (RFC 5888); null for none. */
  readonly mid: string | null;
  /** Size that is enough for the viewer, where there are several to choose from, pixels; 0 for as published. */
  readonly width: number;
  readonly height: number;
}
