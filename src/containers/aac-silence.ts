/** Without a coefficient of the spectrum, for one channel and for two (ISO/IEC 14496-3 section 4.4.2.1, raw_data_block). */
const oneChannel = Uint8Array.of(0x00, 0x00, 0x00, 0x07);
const twoChannels = Uint8Array.of(0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0e);

const lowComplexity = 2;
const rate48000 = 3;

/** Samples of a frame. */
export const AAC_FRAME_SAMPLES = 1024;

/** One raw frame of AAC-LC without a sound in it. @param configuration AudioSpecificConfig of one channel or two */
export function aacSilence(configuration: Uint8Array): Uint8Array {
  return (((configuration[1] ?? 0) >> 3) & 0xf) === 1 ? oneChannel : twoChannels;
}

/** AudioSpecificConfig of AAC-LC at 48 kHz (ISO/IEC 14496-3 section 1.6.2.1). */
export function aacConfiguration(channels: 1 | 2): Uint8Array {
  const bits = (lowComplexity << 11) | (rate48000 << 7) | (channels << 3);
  return Uint8Array.of(bits >> 8, bits & 0xff);
}
