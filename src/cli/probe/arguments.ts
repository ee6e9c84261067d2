import { Fault } from '../../kit/index.js';
import { readClientArguments, type ServerArguments, UsageProblem, wholeNumber } from '../client-arguments.js';

export interface ProbeArguments extends ServerArguments {
  readonly stream: string;
  /** How long media is looked at, s. */
  readonly seconds: number;
  /** Asks whether the stream can be had, and takes no media. */
  readonly quick: boolean;
  /** Reports as JSON. */
  readonly json: boolean;
}

/** @throws Fault PROBE_USAGE */
export function readProbeArguments(argv: readonly string[]): ProbeArguments {
  try {
    const { server, given, positionals } = readClientArguments(argv, {
      seconds: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [stream, ...others] = positionals;
    if (!stream || others.length > 0) throw new UsageProblem('give the name of one stream');
    const seconds = wholeNumber(given.seconds, 'seconds', 1, 86_400);
    return { ...server, stream, seconds, quick: given.quick === true, json: given.json === true };
  } catch (error) {
    if (error instanceof UsageProblem) throw Fault.of('PROBE_USAGE', { problem: error.message });
    throw error;
  }
}
