import type { Memory } from '../../kit/index.js';
import { SpsReader } from './h264-sps.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';

const SPS = 7;
const STAP_A = 24;
/** The header and the three bytes of profile and level that no parameter set is without. */
const MIN_SPS_LENGTH = 4;

/**
 * H.264 over RTP (RFC 6184). A key frame starts with the payload that carries its sequence parameter set,
 * alone (5.6) or in an aggregation packet (STAP-A, 5.7.1): a decoder that begins with an IDR slice lacking it
 * shows nothing.
 */
export class H264Inspector implements VideoInspector {
  private readonly sps = new SpsReader();
  private spsOffset = 0;
  private spsLength = 0;

  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return this.findSps(memory, offset, length);
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    return (
      this.findSps(memory, offset, length) && this.sps.readSize(memory, this.spsOffset, this.spsLength, out)
    );
  }

  private findSps(memory: Memory, offset: number, length: number): boolean {
    if (length < MIN_SPS_LENGTH) return false;
    const type = nalType(memory.view.getUint8(offset));
    if (type === STAP_A) return this.findSpsInAggregate(memory, offset + 1, offset + length);
    if (type !== SPS) return false;
    this.spsOffset = offset;
    this.spsLength = length;
    return true;
  }

  private findSpsInAggregate(memory: Memory, start: number, end: number): boolean {
    const view = memory.view;
    let at = start;
    while (at + 2 < end) {
      const size = view.getUint16(at);
      at += 2;
      if (size === 0 || at + size > end) return false;
      if (nalType(view.getUint8(at)) === SPS && size >= MIN_SPS_LENGTH) {
        this.spsOffset = at;
        this.spsLength = size;
        return true;
      }
      at += size;
    }
    return false;
  }
}

/** nal_unit_type, or -1 when the forbidden bit says that the unit is damaged (RFC 6184 1.3). */
function nalType(header: number): number {
  return header < 0x80 ? header & 0x1f : -1;
}
