import { pipeReceiver, pipeSsrc } from '../../rtp/index.js';
import type { TrackDescription } from '../description.js';

/** The first dynamic payload type (RFC 3551 section 6). */
const firstPayloadType = 96;
const firstRedPayloadType = 112;

/** The payload type of a track in a pipe. Not the publisher's: without BUNDLE two of its tracks may have the same. */
export function pipedPayloadType(place: number): number {
  return firstPayloadType + place;
}

/** The same of its packets with redundancy (RFC 2198). */
export function pipedRedPayloadType(place: number): number {
  return firstRedPayloadType + place;
}

/**
 * A publisher's tracks as another media process gets them through a pipe: on one transport, repeated by NACK as they are,
 * without the feedback that steers the publisher's sending. Header extensions have the publisher's ids.
 */
export function pipedDescriptions(tracks: readonly TrackDescription[]): TrackDescription[] {
  return tracks.map((track, place) => ({
    ...track,
    codec: { ...track.codec, payloadType: pipedPayloadType(place) },
    redPayloadType: track.redPayloadType === null ? null : pipedRedPayloadType(place),
    rtxPayloadType: null,
    transport: 0,
    feedback: { nack: true, pli: track.kind === 'video', fir: false, remb: false, transportCc: false },
    reducedSize: true,
    maxBitrate: 0,
    piped: true,
  }));
}

/** The SSRC in what the receiving end of a pipe reports. */
export function pipeReceiverSsrc(tag: number): number {
  return pipeSsrc(tag, pipeReceiver, 0);
}
