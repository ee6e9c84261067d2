import {
  type DestinationStream,
  destination,
  type LevelWithSilent,
  type Logger as PinoLogger,
  pino,
} from 'pino';

export type Logger = PinoLogger;
export type LogLevel = LevelWithSilent;

/** The levels of the log, the quietest last. */
export const logLevels = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
] as const satisfies LogLevel[];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One readable line an entry instead of JSON; by default when stderr is a terminal. */
  readonly pretty?: boolean;
  /** Where the text goes; stderr by default. */
  readonly output?: DestinationStream;
}

const secretNames = ['authToken', 'token', 'password'];
const secretPaths = ['', '*.', '*.*.', '*.*.*.'].flatMap((parent) =>
  secretNames.map((name) => parent + name),
);

/**
 * The log of one process: JSON lines on stderr, or readable ones on a terminal. `authToken`, `token` and `password`
 * fields are masked down to the fourth level of an entry.
 */
export function createLogger(options: LoggerOptions): Logger {
  // Written synchronously, so that the last words before an exit are not lost.
  const output = options.output ?? destination({ dest: 2, sync: true });
  const pretty = options.pretty ?? (options.output === undefined && process.stderr.isTTY === true);
  const color = pretty && options.output === undefined && !process.env.NO_COLOR;
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    pretty ? { write: (line: string) => output.write(readable(line, color)) } : output,
  );
}

const colors: Readonly<Record<string, string>> = {
  trace: '90',
  debug: '90',
  info: '36',
  warn: '33',
  error: '31',
  fatal: '31;1',
};

/** One JSON entry as `12:30:05.123 INFO  message  key=value`, an error's stack on the lines below it. */
function readable(line: string, color: boolean): string {
  const { level, time, pid: _pid, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = String(level);
  const label = name.toUpperCase().padEnd(5);
  let text = `${localTime(String(time))} ${color ? `\u001b[${colors[name] ?? '0'}m${label}\u001b[0m` : label}`;
  if (typeof msg === 'string' && msg !== '') text += ` ${printable(msg)}`;
  for (const [key, value] of Object.entries(fields)) text += `  ${printable(key)}=${shown(value)}`;
  if (typeof err === 'object' && err !== null) {
    const { stack, message } = err as { stack?: unknown; message?: unknown };
    const lines = String(stack ?? message ?? JSON.stringify(err)).split('\n');
    text += lines.map((line) => `\n    ${printable(line)}`).join('');
  }
  return `${text}\n`;
}

function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value)
    ? printable(value)
    : printable(JSON.stringify(value));
}

/** Text from the network must not move the cursor or start another line of a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
