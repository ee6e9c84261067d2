/** Opus always runs at it (RFC 7587 4.1). */
const OPUS_RATE = 48_000;

/**
 * The identification header of Opus (RFC 7845 5.1), channel mapping family 0, which Matroska and WebM have as codec
 * private and browsers as description.
 *
 * @param channels 1 or 2
 * @param preSkip samples at 48 kHz that a player drops at the start; 0 where a stream is entered midway
 */
export function opusHead(channels: 1 | 2, preSkip = 0): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(Buffer.from('OpusHead', 'latin1'));
  head[8] = 1;
  head[9] = channels;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, OPUS_RATE, true);
  return head;
}
