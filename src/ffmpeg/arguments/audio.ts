import { inputArguments, outputArguments } from './input.js';

export interface AudioTarget {
  /** kbit/s */
  readonly bitrate: number;
  readonly channels: 1 | 2;
}

/**
 * Sound to AAC-LC of 48 kHz, in FLV. Each frame's time is that of its first sample, 21 ms (the encoder's delay) before
 * the first that went in; where sound is missing there is silence. Times that begin at 0 would begin below it, which
 * FLV writes as close to 2^31.
 */
export function aacArguments({ bitrate, channels }: AudioTarget): string[] {
  return [
    ...inputArguments(),
    ...samples(48_000, channels),
    ...['-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', `${bitrate}k`],
    ...outputArguments('flv'),
  ];
}

/**
 * Sound to µ-law of 8 kHz, one channel, as WSPlayer takes it: bare samples. They begin at time 0, and those that are
 * missing are silence, so sample n is of n / 8 ms: the first that goes in should be of a time near 0.
 */
export function muLawArguments(): string[] {
  return [
    ...inputArguments(),
    ...samples(8000, 1, 'first_pts=0'),
    ...['-c:a', 'pcm_mulaw'],
    ...outputArguments('mulaw'),
  ];
}

/** `async=1`: gaps are filled and overlaps cut by the timestamps, without stretching the sound. */
function samples(rate: number, channels: 1 | 2, start?: string): string[] {
  const resample = ['aresample=async=1', ...(start === undefined ? [] : [start])].join(':');
  return [
    ...['-map', '0:a:0', '-filter_threads', '1', '-af', resample],
    ...['-ar', String(rate), '-ac', String(channels), '-threads', '1'],
  ];
}
