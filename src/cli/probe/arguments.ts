import { parseArgs } from 'node:util';
import { Fault, reasonOf } from '../../kit/index.js';

export interface ProbeArguments {
  readonly stream: string;
  /** The WebSocket to connect to. */
  readonly url: string;
  readonly appKey: string;
  /** Whether a certificate that nobody vouches for will do. */
  readonly insecure: boolean;
  /** How long each step may take, s. */
  readonly timeout: number;
}

/** @throws Fault PROBE_USAGE */
export function readProbeArguments(argv: readonly string[]): ProbeArguments {
  const { values, positionals } = parse(argv);
  const { url, timeout } = values;
  const [stream, ...others] = positionals;
  if (!stream || others.length > 0) throw usage('give the name of one stream');
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url)) throw usage('--url must begin with ws:// or wss://');
  if (!/^\d{1,3}$/.test(timeout) || Number(timeout) === 0) throw usage('--timeout must be 1 to 999 seconds');
  return { stream, url, appKey: values['app-key'], insecure: values.insecure, timeout: Number(timeout) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'ws://localhost:8080' },
        'app-key': { type: 'string', default: 'defaultApp' },
        insecure: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '5' },
      },
    });
  } catch (error) {
    throw usage(reasonOf(error));
  }
}

function usage(problem: string): Fault {
  return Fault.of('PROBE_USAGE', { problem });
}
