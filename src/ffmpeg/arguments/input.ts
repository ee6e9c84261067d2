/**
 * Arguments of what all have in common: one track of live Matroska on standard input, decoded frame by frame.
 *
 * - Nothing is probed: the header says all. `-fflags nobuffer` is not among them, since with it what was read for
 *   probing is thrown away: the first key frame.
 * - One thread decodes, since several that take a frame each give it back frames later.
 * - `-copyts`: the timestamps are the stream's, and stay it.
 */
export function inputArguments(): string[] {
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'warning'],
    ...['-protocol_whitelist', 'pipe', '-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
    ...['-flags', 'low_delay', '-threads', '1', '-f', 'matroska', '-i', 'pipe:0', '-copyts'],
  ];
}

/** Arguments for a result on standard output as soon as it is there, its timestamps (ms) as they are. */
export function outputArguments(format: 'flv' | 'ivf' | 'mpeg1video' | 'mulaw'): string[] {
  const flv = format === 'flv' ? ['-flvflags', 'no_duration_filesize'] : [];
  return ['-avoid_negative_ts', 'disabled', '-flush_packets', '1', '-f', format, ...flv, 'pipe:1'];
}
