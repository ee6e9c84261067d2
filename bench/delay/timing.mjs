// Times and sizes that the server's measurement and the forwarder's share.

/** At the end of a window, for the last packets to arrive, ms. */
export const drainTime = 1000;

/** Records of a tap, with room for bursts and retransmissions. */
export function spareRecords(rate, probes, seconds) {
  return Math.ceil(rate * (probes + 1) * (seconds + drainTime / 1000 + 1) * 1.5) + 1000;
}
