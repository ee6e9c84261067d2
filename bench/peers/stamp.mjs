// The time at which a packet was sent, in the packet: the machine's monotonic clock, which all its processes share.

/** From the end of a packet: before the packet's number, see video-source.mjs. */
const place = 12;

/**
 * @param {Buffer} packet RTP
 * @param {bigint} time ns, process.hrtime.bigint()
 */
export function writeStamp(packet, time) {
  packet.writeBigUInt64BE(time, packet.length - place);
}

/**
 * @param {Buffer} packet as the viewer got it
 * @param {bigint} time ns, of now
 * @returns {number} ns since it was sent; NaN when the packet cannot hold a time or says one that is not past
 */
export function sinceStamp(packet, time) {
  if (packet.length < place) return Number.NaN;
  const age = time - packet.readBigUInt64BE(packet.length - place);
  return age >= 0n && age < 60_000_000_000n ? Number(age) : Number.NaN;
}
