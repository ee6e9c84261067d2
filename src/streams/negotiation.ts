import { randomUint32 } from '../kit/index.js';
import type { DownTrackDescription, TrackDescription } from '../media/index.js';
import {
  type AcceptedSection,
  type Agreement,
  acceptedSections,
  type Offer,
  writeAnswer,
} from '../sdp/index.js';
import type { Fingerprint, MediaAddress, MediaEndpoint } from './media-plane.js';

/** What was agreed with one peer. */
export interface Negotiation {
  readonly offer: Offer;
  readonly agreement: Agreement;
}

/** The accepted sections of a publisher's offer as tracks. */
export function describeTracks(agreement: Agreement): TrackDescription[] {
  return acceptedSections(agreement).map(describeTrack);
}

/**
 * The accepted sections of a viewer's offer as tracks, each fed by the published track of its kind.
 * @param published the publisher's tracks
 */
export function describeDownTracks(
  agreement: Agreement,
  published: readonly TrackDescription[],
): DownTrackDescription[] {
  return acceptedSections(agreement).map((section) => ({
    ...describeTrack(section),
    source: published.findIndex(({ kind }) => kind === section.kind),
    // 0 is a legal SSRC, but tools take it for "none".
    ssrc: randomUint32() || 1,
  }));
}

/**
 * Writes the server's answer.
 * @param downTracks what the server sends, for the SSRCs; empty towards a publisher
 * @param candidates where the peer is to send to
 * @param name of the MediaStream, so that audio and video arrive as one, and the CNAME; ours, since it is written as it is
 * @param now ms since 1970, the session id of the answer
 */
export function answer(
  { offer, agreement }: Negotiation,
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
    tracks: acceptedSections(agreement).flatMap(({ index, kind }) =>
      downTracks
        .filter((track) => track.kind === kind)
        .map(({ ssrc }) => ({ section: index, ssrc, id: `${name}-${kind}` })),
    ),
  });
}

function describeTrack(section: AcceptedSection): TrackDescription {
  return {
    kind: section.kind,
    codec: section.codec,
    transport: section.transport,
    feedback: section.feedback,
    extensions: section.extensions,
  };
}
