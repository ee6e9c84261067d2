import { parseArgs } from 'node:util';
import type { ApiClientOptions } from '../client/index.js';
import { reasonOf } from '../kit/index.js';

/** What all commands say that speak with a server. */
export interface ServerArguments extends ApiClientOptions {
  readonly appKey: string;
  readonly token: string;
}

const common = {
  url: { type: 'string', default: 'ws://localhost:8080' },
  'app-key': { type: 'string', default: 'defaultApp' },
  token: { type: 'string', default: '' },
  insecure: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '5' },
} as const;

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** What is wrong with a command line, for the fault of its command. */
export class UsageProblem extends Error {}

/**
 * Reads the options of a command and those that all have.
 * @throws UsageProblem
 */
export function readClientArguments<Own extends Options>(argv: readonly string[], own: Own) {
  const { values, positionals } = parse(argv, { ...common, ...own });
  const given = values as Record<string, unknown>;
  const url = String(given.url);
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageProblem('--url must begin with ws:// or wss://');
  const server: ServerArguments = {
    url,
    appKey: String(given['app-key']),
    token: String(given.token),
    insecure: given.insecure === true,
    timeout: wholeNumber(given.timeout, 'timeout', 1, 999),
  };
  return { server, given, positionals };
}

/** @throws UsageProblem */
export function wholeNumber(value: unknown, name: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^\d{1,6}$/.test(String(value)) || number < min || number > max)
    throw new UsageProblem(`--${name} must be a whole number from ${min} to ${max}`);
  return number;
}

function parse(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new UsageProblem(reasonOf(error));
  }
}
