// The few lines of SDP that a viewer without a WebRTC library needs.

/** @typedef {{ ufrag: string, password: string, fingerprint: string }} Local */
/** @typedef {{ port: number, ufrag: string, password: string, fingerprint: string }} Remote */

/**
 * A description of one H.264 video section that receives.
 *
 * @param {Local} local
 * @param {'actpass' | 'active'} setup what an offer says, and an answer
 * @param {number} payloadType
 * @param {string} [mid]
 */
export function receiverSdp({ ufrag, password, fingerprint }, setup, payloadType, mid = 'video') {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} H264/90000`,
    `a=rtcp-fb:${payloadType} nack`,
    `a=rtcp-fb:${payloadType} nack pli`,
    `a=fmtp:${payloadType} profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1`,
    // Candidates may follow, so that the other side is content to have none yet.
    'a=ice-options:trickle',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    '',
  ];
  return lines.join('\r\n');
}

/**
 * Where the other side listens on loopback, and its credentials.
 *
 * @param {string} sdp
 * @returns {Remote}
 * @throws {Error} when one of them is missing
 */
export function remoteOf(sdp) {
  const line = (pattern, what) => {
    const match = pattern.exec(sdp);
    if (!match) throw new Error(`no ${what} in the server's SDP`);
    return match[1];
  };
  return {
    port: Number(
      line(/^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) typ host/im, 'UDP candidate on 127.0.0.1'),
    ),
    ufrag: line(/^a=ice-ufrag:(\S+)/m, 'ICE user name'),
    password: line(/^a=ice-pwd:(\S+)/m, 'ICE password'),
    fingerprint: line(/^a=fingerprint:sha-256 (\S+)/im, 'SHA-256 fingerprint'),
  };
}
