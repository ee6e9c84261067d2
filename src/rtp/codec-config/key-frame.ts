import { memoryOf } from '../../kit/index.js';
import { ObuCursor, ObuType } from '../codecs/av1-obu.js';
import { SequenceHeaderReader } from '../codecs/av1-sequence-header.js';
import { NalCursor, NalType } from '../codecs/h264-nal.js';
import { isVp8KeyFrame, readVp8Size } from '../codecs/vp8-frame-header.js';
import { Vp9FrameHeader } from '../codecs/vp9-frame-header.js';

/** show_existing_frame, frame_type and show_frame of a frame header (AV1 5.9.2), and as a shown key frame has them. */
const FRAME_FLAGS = 0xf0;
const SHOWN_KEY_FRAME = 0x10;

/**
 * Whether a decoder can begin with a frame as `Depacketizer` makes it.
 *
 * H264: an IDR picture with parameter sets in band; VP8, VP9: a key frame; AV1: a sequence header and a key frame that
 * is shown; sound: any packet. Malformed ones are none.
 *
 * @param codecName SDP name, case-insensitive
 */
export function isKeyFrame(codecName: string, data: Uint8Array): boolean {
  if (data.length === 0) return false;
  switch (codecName.toUpperCase()) {
    case 'H264':
      return isH264KeyFrame(data);
    case 'VP8':
      return isVp8KeyFrame(data[0] as number) && readVp8Size(memoryOf(data).view, 0, data.length, size());
    case 'VP9': {
      const header = new Vp9FrameHeader();
      return header.begin(memoryOf(data), 0, data.length) && header.keyFrame && header.readSize(size());
    }
    case 'AV1':
      return isAv1KeyFrame(data);
    default:
      return true;
  }
}

function isH264KeyFrame(data: Uint8Array): boolean {
  const nal = new NalCursor();
  nal.begin(memoryOf(data));
  let hasSps = false;
  let hasPps = false;
  let hasIdr = false;
  while (nal.next()) {
    hasSps ||= nal.type === NalType.sps;
    hasPps ||= nal.type === NalType.pps;
    hasIdr ||= nal.type === NalType.idrSlice && hasSps && hasPps;
    if (nal.type >= NalType.slice && nal.type <= NalType.partitionC) return false;
  }
  return hasIdr && !nal.failed;
}

function isAv1KeyFrame(data: Uint8Array): boolean {
  const memory = memoryOf(data);
  const obu = new ObuCursor();
  const sequence = new SequenceHeaderReader();
  obu.begin(memory);
  let hasSequence = false;
  while (obu.next()) {
    if (obu.type === ObuType.sequenceHeader) {
      if (!sequence.readSize(memory, obu.payloadOffset, obu.payloadLength, size())) return false;
      hasSequence = true;
    }
    if (obu.type !== ObuType.frame && obu.type !== ObuType.frameHeader) continue;
    // The first frame decides: what else is in the unit are other layers of the same picture.
    if (!hasSequence || obu.payloadLength === 0) return false;
    return sequence.reduced || (memory.view.getUint8(obu.payloadOffset) & FRAME_FLAGS) === SHOWN_KEY_FRAME;
  }
  return false;
}

function size(): { width: number; height: number } {
  return { width: 0, height: 0 };
}
