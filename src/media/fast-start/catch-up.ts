/** Time it takes a viewer to get from the key frame it begins with to the present, ms. */
const duration = 250;

/**
 * A viewer's way from a past key frame to the present, in fast motion: what lies in between is shown, and sent, in a
 * quarter of a second. At its end, which lies that far in the future, both timelines meet.
 *
 *     publisher   K ········ frames of the past ········ now ···· end ···· later
 *     viewer                                              K ······ end ···· later
 *
 * The viewer's frames so come exactly when their timestamps say, and always as late as those of everybody else: neither
 * its jitter buffer nor the synchronisation with the sound has to learn anything when the present is reached.
 */
export class CatchUp {
  /** Extended sequence number of the next packet to send. */
  next: number;
  private readonly ticks: number;
  private readonly end: number;
  /** Timestamp units from the key frame to the end. */
  private readonly span: number;

  /**
   * @param first extended sequence number of the key frame's first packet
   * @param keyTimestamp its RTP timestamp
   * @param timestamp the RTP timestamp of what the publisher takes now
   * @param clockRate Hz
   * @param now ms
   */
  constructor(
    first: number,
    keyTimestamp: number,
    timestamp: number,
    clockRate: number,
    private readonly startedAt: number,
  ) {
    this.next = first;
    this.ticks = Math.round((duration * clockRate) / 1000);
    this.end = Math.round(timestamp) + this.ticks;
    const span = (this.end - keyTimestamp) | 0;
    // Time that runs backwards is passed on as it is.
    this.span = span < this.ticks ? 0 : span;
  }

  /** The timestamp that a packet of the publisher's has for the viewer; the same from the end on. */
  shown(timestamp: number): number {
    const ahead = this.before(timestamp);
    return ahead === 0 ? timestamp : this.end - ahead;
  }

  /** Whether a packet is of the way, and not of what comes after its end. */
  covers(timestamp: number): boolean {
    return this.before(timestamp) > 0;
  }

  isDue(timestamp: number, now: number): boolean {
    const passed = ((now - this.startedAt) / duration) * this.ticks;
    return passed >= this.ticks - this.before(timestamp);
  }

  /** Whether the end is reached: packets need not wait for their time any more. */
  isOver(now: number): boolean {
    return now - this.startedAt >= duration;
  }

  /** Timestamp units before the end at which a packet is shown; 0 from the end on. */
  private before(timestamp: number): number {
    const distance = (this.end - timestamp) | 0;
    if (distance <= 0 || distance > this.span) return 0;
    return Math.ceil((distance * this.ticks) / this.span);
  }
}
