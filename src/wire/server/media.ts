import { frame } from './frame.js';

/**
 * The other side's description for a stream or a call (WCS spec C.4).
 * @param sdp never empty, which throws in the SDK
 * @param isInitiator the client made the offer, so this is the answer: true for every publish and play
 */
export function setRemoteSDP(id: string, sdp: string, isInitiator: boolean): string {
  return frame('setRemoteSDP', id, sdp, isInitiator);
}

/** Goes before `setRemoteSDP` on play (WCS spec C.12). */
export function notifyAudioCodec(id: string, name: string): string {
  return frame('notifyAudioCodec', id, { name });
}

/** Measures of one second; the SDK assumes exactly one message a second (WCS spec C.11). */
export interface VideoRate {
  readonly mediaSessionId: string;
  /** bit/s */
  readonly videoRate: number;
  readonly fps: number;
  readonly nack: number;
  readonly pli: number;
  readonly lostPackets: number;
  readonly width: number;
  readonly height: number;
}

/** To a WebRTC publisher, and to no other: without getStats the SDK throws (WCS spec 0.1 item 7). */
export function inboundVideoRate(rate: VideoRate): string {
  return frame('inboundVideoRate', videoRate(rate));
}

/** To a WebRTC viewer, and to no other. */
export function outboundVideoRate(rate: VideoRate): string {
  return frame('outboundVideoRate', videoRate(rate));
}

function videoRate(rate: VideoRate): VideoRate {
  const { mediaSessionId, fps, nack, pli, lostPackets, width, height } = rate;
  return { mediaSessionId, videoRate: rate.videoRate, fps, nack, pli, lostPackets, width, height };
}
