import type { Memory } from '../../kit/index.js';
import { NullRtcpHandler, readRtcp } from '../../rtp/index.js';

/** Reads the RTCP of whoever may ask for packets again (RFC 4585 section 6.2.1), and bounds how much that may look for. */
export abstract class NackReader<Track> extends NullRtcpHandler {
  private asked = 0;

  /** @param mostAsked packets that one compound has us look for at most; who misses more asks again */
  protected constructor(private readonly mostAsked: number) {
    super();
  }

  /** @returns false when the compound is malformed */
  protected readCompound(memory: Memory, offset: number, length: number): boolean {
    this.asked = 0;
    return readRtcp(memory, offset, length, this);
  }

  override onNack(_sender: number, mediaSsrc: number, packetId: number, bitmask: number): void {
    const track = this.bySsrc(mediaSsrc);
    if (!track) return;
    this.ask(track, packetId);
    for (let bit = 0; bit < 16; bit += 1) {
      if (bitmask & (1 << bit)) this.ask(track, (packetId + bit + 1) & 0xffff);
    }
  }

  protected abstract bySsrc(ssrc: number): Track | undefined;

  /** @param sequenceNumber 16 bit */
  protected abstract resend(track: Track, sequenceNumber: number): void;

  private ask(track: Track, sequenceNumber: number): void {
    if (this.asked === this.mostAsked) return;
    this.asked += 1;
    this.resend(track, sequenceNumber);
  }
}
