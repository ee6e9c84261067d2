import { memoryOf } from '../../kit/index.js';
import { isVp8KeyFrame, readVp8Size } from '../codecs/vp8-frame-header.js';
import { Vp9FrameHeader } from '../codecs/vp9-frame-header.js';
import type { VideoConfig } from './video-config.js';
import { SuperframeCursor } from './vp9-superframe.js';

/** Levels times ten, and their pictures' largest area, pixels (VP9 bitstream annex A). */
const VP9_LEVELS: readonly (readonly [number, number])[] = [
  [10, 36_864],
  [11, 73_728],
  [20, 122_880],
  [21, 245_760],
  [30, 552_960],
  [31, 983_040],
  [40, 2_228_224],
  [50, 8_912_896],
];
const HIGHEST_VP9_LEVEL = 60;

export function vp8Config(keyFrame: Uint8Array): VideoConfig | null {
  const size = { width: 0, height: 0 };
  if (keyFrame.length === 0 || !isVp8KeyFrame(keyFrame[0] as number)) return null;
  if (!readVp8Size(memoryOf(keyFrame).view, 0, keyFrame.length, size)) return null;
  return { codec: 'vp8', ...size, description: null };
}

/**
 * The codec string is that of VP Codec ISO Media File Format Binding, section "Codecs Parameter String". Nothing in the
 * stream tells the level: it is the lowest that has pictures of this size.
 */
export function vp9Config(keyFrame: Uint8Array): VideoConfig | null {
  const memory = memoryOf(keyFrame);
  const frames = new SuperframeCursor();
  const header = new Vp9FrameHeader();
  const size = { width: 0, height: 0 };
  frames.begin(keyFrame);
  if (!frames.next() || !header.begin(memory, frames.offset, frames.length)) return null;
  if (!header.keyFrame || !header.readSize(size)) return null;
  const { profile, bitDepth } = header;
  // Upper layers: each says its size unless it is that of the one below.
  while (frames.next()) if (header.begin(memory, frames.offset, frames.length)) header.readSize(size);
  const area = size.width * size.height;
  const level = VP9_LEVELS.find(([, largest]) => area <= largest)?.[0] ?? HIGHEST_VP9_LEVEL;
  return { codec: `vp09.0${profile}.${level}.${twoDigits(bitDepth)}`, ...size, description: null };
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
