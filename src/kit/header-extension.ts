/** The RTP header extension with the number that transport-wide feedback speaks of (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export const transportWideCcUri = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** Which of several encodings a packet is of (RFC 8852 section 3.1). */
export const rtpStreamIdUri = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

/** What senders of several encodings mark their packets with: the encoding, the one that is repeated, the m-section. */
export const encodingUris: readonly string[] = [
  rtpStreamIdUri,
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:mid',
];
