import { randomUint32 } from '../kit/index.js';
import type { DownTrackDescription, TrackDescription } from '../media/index.js';
import {
  type AcceptedSection,
  type Agreement,
  acceptedSections,
  type BitrateLimits,
  type Offer,
  writeAnswer,
} from '../sdp/index.js';
import type { Fingerprint, MediaAddress, MediaEndpoint } from './media-plane.js';

/** Pixels. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

/** What was agreed with one peer. */
export interface Negotiation {
  readonly offer: Offer;
  readonly agreement: Agreement;
  /** What a publisher asked for; null for a viewer. */
  readonly limits: BitrateLimits | null;
}

/**
 * The accepted sections of a publisher's offer as tracks.
 * @param maxBitrate most that the publisher may send in all, bit/s
 */
export function describeTracks(agreement: Agreement, maxBitrate: number): TrackDescription[] {
  return acceptedSections(agreement).map((section) =>
    describeTrack(section, section.kind === 'video' ? maxBitrate : 0),
  );
}

/**
 * The accepted sections of a viewer's offer as tracks, each fed by the published track of its kind.
 * @param published the publisher's tracks
 * @param size that is enough for the viewer, 0 for as published
 */
export function describeDownTracks(
  agreement: Agreement,
  published: readonly TrackDescription[],
  size: VideoSize,
): DownTrackDescription[] {
  const used = new Set<number>();
  return acceptedSections(agreement).map((section) => ({
    ...describeTrack(section, 0),
    source: published.findIndex(({ kind }) => kind === section.kind),
    ssrc: freshSsrc(used),
    rtxSsrc: section.rtxPayloadType === null ? null : freshSsrc(used),
    mid: section.mid,
    width: size.width,
    height: size.height,
  }));
}

/** An SSRC that the viewer's other sources do not have. 0 is a legal one, but tools take it for "none". */
function freshSsrc(used: Set<number>): number {
  let ssrc = 0;
  while (ssrc === 0 || used.has(ssrc)) ssrc = randomUint32();
  used.add(ssrc);
  return ssrc;
}

/**
 * Writes the server's answer.
 * @param downTracks what the server sends, for the SSRCs; empty towards a publisher
 * @param candidates where the peer is to send to
 * @param name of the MediaStream, so that audio and video arrive as one, and the CNAME; ours, since it is written as it is
 * @param now ms since 1970, the session id of the answer
 */
export function answer(
  { offer, agreement, limits }: Negotiation,
  downTracks: readonly DownTrackDescription[],
  fingerprint: Fingerprint,
  endpoint: MediaEndpoint,
  candidates: readonly MediaAddress[],
  name: string,
  now: number,
): string {
  return writeAnswer(offer, agreement, {
    sessionId: now,
    fingerprint,
    candidates,
    transports: endpoint.credentials,
    streamId: name,
    cname: name,
    limits,
    tracks: acceptedSections(agreement).flatMap(({ index, kind }) =>
      downTracks
        .filter((track) => track.kind === kind)
        .map(({ ssrc, rtxSsrc }) => ({ section: index, ssrc, rtxSsrc, id: `${name}-${kind}` })),
    ),
  });
}

function describeTrack(section: AcceptedSection, maxBitrate: number): TrackDescription {
  return {
    kind: section.kind,
    codec: section.codec,
    rtxPayloadType: section.rtxPayloadType,
    redPayloadType: section.redPayloadType,
    transport: section.transport,
    feedback: section.feedback,
    reducedSize: section.reducedSize,
    extensions: section.extensions,
    encodings: section.encodings,
    maxBitrate,
  };
}
