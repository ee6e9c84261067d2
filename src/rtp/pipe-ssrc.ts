/**
 * SSRCs of the streams that media processes of one server pass on to each other. They say all that their receiver has to
 * know: 20 bits name the pipe, 6 the up track in it, 6 count its new starts.
 */

/** Tags are below this; 0 is none. */
export const pipeTagLimit = 2 ** 20;
/** Stands for no track, but for the receiver itself in what it reports. */
export const pipeReceiver = 63;

const trackShift = 6;
const tagShift = 12;
const mask = 63;

/** @param track index of the up track, below `pipeReceiver` */
export function pipeSsrc(tag: number, track: number, epoch: number): number {
  return ((tag << tagShift) | (track << trackShift) | (epoch & mask)) >>> 0;
}

export function pipeTagOf(ssrc: number): number {
  return ssrc >>> tagShift;
}

export function pipeTrackOf(ssrc: number): number {
  return (ssrc >>> trackShift) & mask;
}
