/**
 * The packets that the SDK's WSPlayer reads from its media WebSocket, one a message (WCS wire specification F.3).
 * SSRCs are from 1 to 2^31 − 1, another one for each kind: the player compares them as numbers with a sign in one
 * place and without in another, and takes 0 for those it has not heard of. RTP timestamps wrap at 2^32.
 */

const VIDEO = 1 << 2;
const AUDIO = 2 << 2;
const CLOCK = 3 << 2;
const KEY = 1 << 4;
const SSRC_PRESENT = 1 << 1;
const TIMESTAMP_PRESENT = 1;
/** Flags, SSRC, RTP timestamp. */
const HEADER = 9;
const CLOCK_LENGTH = 17;
/** µ-law for no signal (G.711 table 2a: +0). */
const ULAW_ZERO = 0xff;

/** The player takes every packet of sound for 20 ms at 8 kHz. */
export const WS_PLAYER_AUDIO_BYTES = 160;

/** One MPEG-1 picture; a key one with its sequence header in front. @param timestamp of 90 kHz */
export function wsPlayerVideo(
  ssrc: number,
  timestamp: number,
  key: boolean,
  picture: Uint8Array,
): Uint8Array {
  return packet(VIDEO | (key ? KEY : 0), ssrc, timestamp, picture);
}

/** @param timestamp of 8 kHz @param samples G.711 µ-law, `WS_PLAYER_AUDIO_BYTES` of them */
export function wsPlayerAudio(ssrc: number, timestamp: number, samples: Uint8Array): Uint8Array {
  return packet(AUDIO, ssrc, timestamp, samples);
}

/**
 * Which RTP timestamp of an SSRC is which time, as in an RTCP sender report (RFC 3550 section 6.4.1). The player does
 * not start without one for the video, and, where there is sound, one for that; after a packet of that SSRC.
 *
 * @param ntpSeconds upper half of the NTP timestamp
 * @param ntpFraction lower half, in 1/2^32 s
 */
export function wsPlayerClock(
  ssrc: number,
  timestamp: number,
  ntpSeconds: number,
  ntpFraction: number,
): Uint8Array {
  const bytes = new Uint8Array(CLOCK_LENGTH);
  const view = writeHeader(bytes, CLOCK, ssrc, timestamp);
  view.setUint32(9, ntpSeconds);
  view.setUint32(13, ntpFraction);
  return bytes;
}

/** G.711 µ-law without a sound in it. */
export function ulawSilence(bytes = WS_PLAYER_AUDIO_BYTES): Uint8Array {
  return new Uint8Array(bytes).fill(ULAW_ZERO);
}

function packet(kind: number, ssrc: number, timestamp: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  writeHeader(bytes, kind | SSRC_PRESENT | TIMESTAMP_PRESENT, ssrc, timestamp);
  bytes.set(payload, HEADER);
  return bytes;
}

function writeHeader(bytes: Uint8Array, flags: number, ssrc: number, timestamp: number): DataView {
  const view = new DataView(bytes.buffer);
  view.setUint8(0, flags);
  view.setUint32(1, ssrc);
  view.setUint32(5, timestamp);
  return view;
}
