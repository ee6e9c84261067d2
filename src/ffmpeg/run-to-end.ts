import type { Command } from './leash.js';
import { type FfmpegExit, FfmpegProcess, type FfmpegProcessOptions } from './process.js';

export interface RunLimits {
  /** How long it may take, ms. */
  readonly timeLimit: number;
  /** How much it may write, bytes; what writes more is killed. */
  readonly maxOutput: number;
}

/** What a child wrote that came to its end with exit code 0; or why there is no such thing, for the log. */
export type RunResult = { readonly output: Buffer } | { readonly output: null; readonly reason: string };

/** Starts a child with the callbacks given; null when it cannot. */
type Start = (options: FfmpegProcessOptions) => FfmpegProcess | null;

/**
 * Runs a command to its end.
 * @throws (rejects) what `spawn` throws for arguments that no program can have
 */
export function runToEnd(command: Command, limits: RunLimits): Promise<RunResult> {
  return collect((options) => new FfmpegProcess(command, options), [], limits);
}

/**
 * Gives a child all its input and waits for all its output.
 * @param input taken at once, however much it is
 */
export async function collect(
  start: Start,
  input: readonly Uint8Array[],
  limits: RunLimits,
): Promise<RunResult> {
  const chunks: Buffer[] = [];
  let size = 0;
  const child = start({
    timeLimit: limits.timeLimit,
    maxInput: Number.POSITIVE_INFINITY,
    maxWait: Number.POSITIVE_INFINITY,
    silenceLimit: Number.POSITIVE_INFINITY,
    onOutput: (chunk) => {
      size += chunk.length;
      if (size <= limits.maxOutput) chunks.push(chunk);
      else void child?.kill();
    },
    onExit: () => {},
  });
  if (!child) return { output: null, reason: 'it cannot be started' };
  for (const chunk of input) child.write(chunk);
  child.endInput();
  const exit = await child.exited;
  if (size > limits.maxOutput) return { output: null, reason: 'it writes too much' };
  return exit.end === 'finished'
    ? { output: Buffer.concat(chunks) }
    : { output: null, reason: describeExit(exit) };
}

/** One line about how a child ended: the reason, and the last thing it said. */
export function describeExit(exit: FfmpegExit): string {
  const how = exit.end === 'too-long' ? 'it took too long' : exit.end === 'hung' ? 'it hung' : exit.reason;
  const said = exit.lastLines.at(-1);
  return said === undefined ? how : `${how}: ${said}`;
}
