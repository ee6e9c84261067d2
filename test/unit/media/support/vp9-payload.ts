import { hex } from '../../rtp/support.js';
import type { EncodedPicture } from './encoding-source.js';

const keyFrame = hex('824983420027f01676');
const interFrame = hex('86004092389459c3');

/** How the descriptor is written (RFC 9628 section 4.2). */
export interface Vp9Form {
  /** Flexible mode: references as differences of picture ids, and no TL0PICIDX. */
  readonly flexible?: boolean;
  /** Picture ids of 7 bits, not 15. */
  readonly short?: boolean;
}

/** Writes the payload of a packet of VP9 of one spatial layer; `start` begins the frame. */
export function vp9Payload(
  { key = false, temporalId = 0, sync = false, size = 60 }: EncodedPicture,
  start: boolean,
  pictureId: number,
  tl0: number,
  { width, height }: { width: number; height: number },
  { flexible = false, short = false }: Vp9Form = {},
): Uint8Array {
  const structured = key && start;
  const flags =
    0xa0 | (key ? 0 : 0x40) | (flexible ? 0x10 : 0) | (start ? 0x08 : 0) | (structured ? 0x02 : 0);
  const descriptor = [flags];
  if (short) descriptor.push(pictureId & 0x7f);
  else descriptor.push(0x80 | (pictureId >> 8), pictureId & 0xff);
  descriptor.push((temporalId << 5) | (sync ? 0x10 : 0));
  if (!flexible) descriptor.push(tl0);
  else if (!key) descriptor.push(1 << 1);
  if (structured) descriptor.push(0x10, width >> 8, width & 0xff, height >> 8, height & 0xff);
  const payload = new Uint8Array(Math.max(size, 30));
  payload.set(descriptor);
  payload.set(key ? keyFrame : interFrame, descriptor.length);
  return payload;
}
