import type { Command } from './command.js';

/** Commands that speak with a server, wherever that is. */
export type ClientCommand = Exclude<Command, 'serve' | 'check-config'>;

/**
 * Runs one of them. What it takes is loaded only now.
 * @param say takes one line of what it tells
 * @returns the exit code
 * @throws (rejects) Fault when the arguments are wrong
 */
export async function runClient(
  command: ClientCommand,
  argv: readonly string[],
  say: (line: string) => void,
): Promise<number> {
  if (command === 'probe') {
    const { probe, readProbeArguments } = await import('./probe/index.js');
    return (await probe(readProbeArguments(argv), say)) ? 0 : 1;
  }
  const { publish, readPublishArguments } = await import('./publish/index.js');
  const options = readPublishArguments(argv);
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return (await publish(options, stop.signal, say)) ? 0 : 1;
}
