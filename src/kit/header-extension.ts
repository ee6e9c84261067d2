/** Loudness of the sound in a packet (RFC 6464). */
export const audioLevelUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
/** How the picture must be turned to be upright (3GPP TS 26.114 section 7.4.5). */
export const videoOrientationUri = 'urn:3gpp:video-orientation';
/** How long a receiver may hold media back (https://webrtc.googlesource.com/src, rtp-hdrext/playout-delay). */
export const playoutDelayUri = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
/** When media was captured, on the clock of who captured it (rtp-hdrext/abs-capture-time). */
export const absCaptureTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
/** When a packet left, s as 6.18 fixed point (rtp-hdrext/abs-send-time). */
export const absSendTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
/** Which m-section a packet belongs to (RFC 8843 section 15). */
export const midUri = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/** What AV1's frames are to the layers and to each other (RTP Payload Format For AV1, v1.0, appendix A). */
export const dependencyDescriptorUri =
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/** Those whose value a viewer gets as the publisher wrote it. */
export const carriedUris: readonly string[] = [
  audioLevelUri,
  videoOrientationUri,
  playoutDelayUri,
  absCaptureTimeUri,
  dependencyDescriptorUri,
];

/** The RTP header extension with the number that transport-wide feedback speaks of (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export const transportWideCcUri = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** Which of several encodings a packet is of (RFC 8852 section 3.1). */
export const rtpStreamIdUri = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

/** Which of several encodings a packet repeats one of (RFC 8852 section 3.2). */
export const repairedStreamIdUri = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id';

/** What senders of several encodings mark their packets with: the encoding, the one that is repeated, the m-section. */
export const encodingUris: readonly string[] = [rtpStreamIdUri, repairedStreamIdUri, midUri];
