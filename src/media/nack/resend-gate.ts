/** How many of the last packets a gate remembers; a power of two. */
const capacity = 512;
/** Packets that may be sent again at once: a second of a fast stream that got lost. */
const burst = 512;
/**
 * Part of the measured round trip within which a repeated request crossed the answer. A viewer repeats it after a round
 * trip of its own measuring: where that is a little shorter than ours, waiting for all of ours would cost another one.
 */
const crossing = 0.7;

/**
 * Keeps one viewer's retransmissions from doing harm. The same packet is sent again no sooner than most of a round
 * trip after the last time, since a NACK that crossed the retransmission asks for what is already on its way. And beyond a burst
 * no more is sent again than was sent in the first place: whatever a viewer asks for, it costs at most twice its share.
 */
export class ResendGate {
  private readonly indexes = new Float64Array(capacity).fill(-1);
  private readonly sentAt = new Float64Array(capacity);
  private allowance = burst;
  private forwardedBefore = 0;

  /**
   * @param roundTrip to the viewer, ms
   * @param forwarded packets sent to the viewer so far, retransmissions not counted
   * @returns whether the packet with this index may be sent again now; if so, that is noted
   */
  pass(packetIndex: number, now: number, roundTrip: number, forwarded: number): boolean {
    const slot = packetIndex & (capacity - 1);
    if (this.indexes[slot] === packetIndex && now - (this.sentAt[slot] as number) < crossing * roundTrip)
      return false;
    this.allowance = Math.min(burst, this.allowance + forwarded - this.forwardedBefore);
    this.forwardedBefore = forwarded;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    this.indexes[slot] = packetIndex;
    this.sentAt[slot] = now;
    return true;
  }
}
