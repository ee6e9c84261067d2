/** What is found amiss: stable names, for programs. */
export type FindingCode =
  | 'publisher-loss'
  | 'publisher-repairs'
  | 'publisher-round-trip'
  | 'bitrate-cap'
  | 'bitrate-low'
  | 'key-frame-storm'
  | 'key-frames-missing'
  | 'frame-rate-low'
  | 'no-media'
  | 'viewer-loss'
  | 'viewer-round-trip'
  | 'viewer-bandwidth'
  | 'process-overloaded'
  | 'transcoder-behind';

/** `warning`: people see it; `notice`: they may, or it explains another one. */
export type Severity = 'warning' | 'notice';

/** One reason why a stream may look or sound bad. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** One sentence, the figure in it. */
  readonly text: string;
  /** The figure. */
  readonly value: number;
  readonly unit: 'ratio' | 'bit/s' | '1/s' | 'ms' | 'count';
  /** From where on it is found. */
  readonly threshold: number;
  /** What to do about it. */
  readonly advice: string;
  /** Players it is true of, at most 20; none where it is true of the stream. */
  readonly players: readonly string[];
}

/** Round trips from which one is found, ms: a retransmission takes one, and players hold some 100 ms. */
export const farAway = 250;
export const veryFar = 500;

/** As people read it: `3.2 %`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10} %`;
}

/** As people read it: `850 kbit/s`. */
export function kilobits(bits: number): string {
  return `${Math.round(bits / 1000)} kbit/s`;
}
