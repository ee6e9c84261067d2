/** An interval too short to say a rate of, ms. */
const shortestInterval = 500;

/** Turns a count of bytes that only grows into the bitrate of the last interval. */
export class BitrateMeter {
  private octets = 0;
  private at = Number.NaN;

  /** Starts the first interval. */
  start(now: number): void {
    this.at = now;
  }

  /** @returns bit/s; null before the start, or too soon after it */
  measure(octets: number, now: number): number | null {
    const elapsed = now - this.at;
    if (!(elapsed >= shortestInterval)) return null;
    const bitrate = Math.round(((octets - this.octets) * 8000) / elapsed);
    this.octets = octets;
    this.at = now;
    return bitrate;
  }
}
