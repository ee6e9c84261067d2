/**
 * The records that the SDK's MSE player reads from its media WebSocket (WCS wire specification F.2). A message is one
 * or more of them. All four take the time in ms on the stream's one clock, near 0 at first; it wraps at 2^32.
 */

/** Type, time, and length of the payload. */
const HEADER = 9;
const AUDIO = 8;
const VIDEO = 9;
/** Key and inter frames of H.264, as in FLV. */
const KEY_FRAME = 0x17;
const INTER_FRAME = 0x27;
const CONFIGURATION = 0;
const FRAME = 1;
/** Behind codec and packet type: the composition time, which the player skips. */
const VIDEO_HEADER = 5;
const AUDIO_HEADER = 1;

/**
 * The configuration of the video. To be sent right before each key frame: the player begins at these.
 *
 * @param configuration AVCDecoderConfigurationRecord for NAL unit lengths of four bytes. What a High profile has
 *   behind the picture parameter sets is left out, since the player would fail at it
 * @returns null when it is no such record
 */
export function mseVideoConfiguration(timeMs: number, configuration: Uint8Array): Uint8Array | null {
  const length = lengthOfParameterSets(configuration);
  if (length < 0) return null;
  return videoRecord(timeMs, KEY_FRAME, CONFIGURATION, configuration.subarray(0, length));
}

/** A picture; presented when it is decoded, so there must be no B-frames. @param nalUnits each behind its length of four bytes */
export function mseVideoFrame(timeMs: number, key: boolean, nalUnits: Uint8Array): Uint8Array {
  return videoRecord(timeMs, key ? KEY_FRAME : INTER_FRAME, FRAME, nalUnits);
}

/** The configuration of the sound. @param configuration AudioSpecificConfig; of its bytes two are read */
export function mseAudioConfiguration(timeMs: number, configuration: Uint8Array): Uint8Array {
  return audioRecord(timeMs, CONFIGURATION, configuration);
}

/** @param frame one raw AAC frame of 1024 samples, without an ADTS header */
export function mseAudioFrame(timeMs: number, frame: Uint8Array): Uint8Array {
  return audioRecord(timeMs, FRAME, frame);
}

function videoRecord(timeMs: number, codec: number, packetType: number, data: Uint8Array): Uint8Array {
  const bytes = record(VIDEO, timeMs, VIDEO_HEADER, data);
  bytes[HEADER] = codec;
  bytes[HEADER + 1] = packetType;
  return bytes;
}

function audioRecord(timeMs: number, packetType: number, data: Uint8Array): Uint8Array {
  const bytes = record(AUDIO, timeMs, AUDIO_HEADER, data);
  bytes[HEADER] = packetType;
  return bytes;
}

function record(type: number, timeMs: number, codecHeader: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + codecHeader + data.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  view.setUint32(1, Math.round(timeMs));
  view.setUint32(5, codecHeader + data.length);
  bytes.set(data, HEADER + codecHeader);
  return bytes;
}

/**
 * Where an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1) has its last picture parameter set behind
 * it, -1 when it has not at least one parameter set of each kind, or other lengths than of four bytes.
 */
function lengthOfParameterSets(record: Uint8Array): number {
  if (record.length < 6 || record[0] !== 1 || (record[4]! & 3) !== 3) return -1;
  const sequence = skipParameterSets(record, 5, 0x1f);
  return sequence < 0 ? -1 : skipParameterSets(record, sequence, 0xff);
}

/** Skips a count, in the bits of `mask`, and as many parameter sets behind lengths of two bytes. @returns -1 when they are not there */
function skipParameterSets(record: Uint8Array, start: number, mask: number): number {
  const count = (record[start] ?? 0) & mask;
  if (count === 0) return -1;
  let at = start + 1;
  for (let index = 0; index < count; index++) {
    if (at + 2 > record.length) return -1;
    const length = (record[at]! << 8) | record[at + 1]!;
    at += 2 + length;
    if (length === 0 || at > record.length) return -1;
  }
  return at;
}
