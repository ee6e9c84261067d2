import { Fault } from '../kit/index.js';

/** What `sluice` can do. */
export const commands = ['serve', 'check-config', 'publish', 'probe'] as const;
export type Command = (typeof commands)[number];

/**
 * The command of a command line and the arguments that are left for it; flags alone are for `serve`.
 * @throws Fault COMMAND_UNKNOWN
 */
export function readCommand(argv: readonly string[]): { command: Command; argv: readonly string[] } {
  const [first, ...rest] = argv;
  if (first === undefined || first.startsWith('-')) return { command: 'serve', argv };
  const command = commands.find((name) => name === first);
  if (command) return { command, argv: rest };
  const shown = first.replace(/\p{Cc}/gu, '?').slice(0, 80);
  throw Fault.of('COMMAND_UNKNOWN', { command: shown, commands: commands.join(', ') });
}
