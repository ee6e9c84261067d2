// What is done to the SDP of two browsers so that all they say to each other goes through the link emulator: the one that
// answers learns no address, the other one the emulator's alone (RFC 8839 section 5.1).

const candidate = /^a=(?:candidate:|end-of-candidates).*\r\n/gm;

/** Takes away all candidates, so that only whoever calls is answered. */
export function withoutCandidates(sdp) {
  return sdp.replaceAll(candidate, '');
}

/**
 * Where media is awaited.
 *
 * @param {string} sdp
 * @returns {{ host: string, port: number }} of the first candidate of UDP and IPv4
 */
export function mediaTarget(sdp) {
  const [, host, port] = /^a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/im.exec(sdp) ?? [];
  if (host === undefined) throw new Error('a browser awaits media nowhere: its answer has no candidate');
  return { host, port: Number(port) };
}

/**
 * Puts one candidate in the place of all.
 *
 * @param {string} sdp
 * @param {number} port of the emulator on 127.0.0.1
 */
export function through(sdp, port) {
  const line = `a=candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host\r\n`;
  return withoutCandidates(sdp).replaceAll(/^a=ice-ufrag:.*\r\n/gm, (ufrag) => line + ufrag);
}
