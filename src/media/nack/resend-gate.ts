/** How many of the last packets a gate remembers; a power of two. */
const capacity = 512;
/** What may be sent again at once, bytes: a second of a stream of 2 Mbit/s that got lost. */
const burst = 256 * 1024;
/**
 * Bytes sent again a byte sent, beyond the burst. Mending a random loss p takes p/(1-p): a quarter where a fifth is lost,
 * a third with the requests that cross an answer. A path that loses half has no room for what is sent, and what is sent
 * again on top only drives out the rest.
 */
const share = 0.5;
/** Headers of a packet, IP's and UDP's too, bytes. */
const headers = 40;
/**
 * Part of the measured round trip within which a repeated request crossed the answer. A viewer repeats it after a round
 * trip of its own measuring: where that is a little shorter than ours, waiting for all of ours would cost another one.
 */
const crossing = 0.7;

/**
 * Keeps one viewer's retransmissions from doing harm. The same packet is sent again no sooner than most of a round
 * trip after the last time, since a NACK that crossed the retransmission asks for what is already on its way. And beyond a
 * burst what is sent again is a share of what was sent in the first place, in bytes: whatever a viewer asks for, it
 * costs at most half as much again.
 */
export class ResendGate {
  private readonly indexes = new Float64Array(capacity).fill(-1);
  private readonly sentAt = new Float64Array(capacity);
  /** bytes */
  private allowance = burst;
  /** Bytes sent in the first place when the allowance was last brought up to date. */
  private forwardedBefore = 0;
  /** Bytes sent again that count among those sent. */
  private repeated = 0;

  /** @param inStream whether what is sent again counts among what is sent: without a stream of its own it does */
  constructor(private readonly inStream: boolean) {}

  /**
   * @param length of the packet's payload, bytes
   * @param roundTrip to the viewer, ms
   * @param sent to the viewer so far, octets being payload bytes
   * @returns whether the packet with this index may be sent again now; if so, that is noted
   */
  pass(
    packetIndex: number,
    length: number,
    now: number,
    roundTrip: number,
    sent: { readonly packets: number; readonly octets: number },
  ): boolean {
    const slot = packetIndex & (capacity - 1);
    if (this.indexes[slot] === packetIndex && now - (this.sentAt[slot] as number) < crossing * roundTrip)
      return false;
    const forwarded = sent.octets + headers * sent.packets - this.repeated;
    this.allowance = Math.min(burst, this.allowance + share * (forwarded - this.forwardedBefore));
    this.forwardedBefore = forwarded;
    const cost = length + headers;
    if (this.allowance < cost) return false;
    this.allowance -= cost;
    if (this.inStream) this.repeated += cost;
    this.indexes[slot] = packetIndex;
    this.sentAt[slot] = now;
    return true;
  }
}
