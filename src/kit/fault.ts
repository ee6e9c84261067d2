/**
 * Every error that a person reads: its code, its message and what to do about it. `{name}` stands for a value that
 * whoever raises the fault must give.
 */
export const faults = {
  PROBE_USAGE: {
    message: 'probe: {problem}',
    hint: 'Run sluice probe STREAM [--url ws://localhost:8080] [--token TOKEN] [--app-key KEY] [--seconds 5] [--quick] [--json] [--timeout SECONDS] [--insecure].',
  },
  PUBLISH_USAGE: {
    message: 'publish: {problem}',
    hint: 'Run sluice publish FILE --name STREAM [--loop] [--url ws://localhost:8080] [--token TOKEN] [--app-key KEY] [--codec H264|VP8] [--width PIXELS] [--bitrate KBIT/S] [--record] [--ffmpeg PATH] [--timeout SECONDS] [--insecure].',
  },
  COMMAND_UNKNOWN: {
    message: '{command}: no such command',
    hint: 'The commands are {commands}; every setting is given as --name value. See --help.',
  },
  CONFIG_INVALID: {
    message: '{problems}',
    hint: 'Run with --help to see every setting.',
  },
  CONFIG_UNREADABLE: {
    message: 'The configuration file {path} cannot be read: {reason}',
    hint: 'Check the path given by --config or SLUICE_CONFIG, and that this user may read it.',
  },
  CONFIG_SYNTAX: {
    message: 'The configuration file {path} is not valid {format}: {reason}',
    hint: 'The file holds one YAML or JSON object whose keys are the settings.',
  },
  PORT_IN_USE: {
    message: 'Port {port} ({protocol}) on {host} is already in use',
    hint: 'Stop the program that uses it, or choose another port with {flag}.',
  },
  PORT_NOT_PERMITTED: {
    message: 'This user may not listen on port {port} ({protocol}) of {host}',
    hint: 'Ports below 1024 need a privilege on most systems. Choose another port with {flag}.',
  },
  ADDRESS_NOT_AVAILABLE: {
    message: 'This machine has no address {host}, so {protocol} port {port} cannot listen there',
    hint: 'Give --host an address of this machine, 0.0.0.0 for all of IPv4, or :: for all.',
  },
  LISTEN_FAILED: {
    message: 'Port {port} ({protocol}) on {host} cannot listen: {reason}',
    hint: 'Choose another address with --host or another port with {flag}.',
  },
  PLATFORM_UNSUPPORTED: {
    message: 'Sluice does not run on {platform}: {reason}',
    hint: 'It needs Linux with the GNU C library, on x64 or arm64, and Node.js 20.19 or later.',
  },
  NATIVE_UNAVAILABLE: {
    message: 'The system libraries that media needs cannot be used: {reason}',
    hint: 'Use the official Node.js build, or install OpenSSL 3 (libssl.so.3 and libcrypto.so.3).',
  },
  MEDIA_PROCESS_FAILED: {
    message: 'A media process did not start: {reason}',
    hint: 'Run with --log-level debug to see what it did before.',
  },
  DATA_DIR_UNUSABLE: {
    message: 'The data folder {path} cannot be used: {reason}',
    hint: 'Give --data-dir a folder that this user may write to.',
  },
  TLS_CERTIFICATE_UNUSABLE: {
    message: 'The TLS certificate and key in {files} cannot be used: {reason}',
    hint: 'Give --tls-certificate and --tls-key the PEM files of a certificate and its private key, neither for a self-signed one, or --tls-enabled false to do without.',
  },
  RULES_INVALID: {
    message: 'The access rules {path} cannot be used: {reason}',
    hint: 'See docs/access.md for their form, or leave access.rulesFile out.',
  },
  JWT_KEY_INVALID: {
    message: 'The key of tokens {path} cannot be used: {reason}',
    hint: 'Give access.jwtKeyFile a public key: PEM, a JWK or a JWK set.',
  },
  CONSOLE_MISSING: {
    message: 'The web console is not in {path}',
    hint: 'Run npm run build first.',
  },
  SDK_MISSING: {
    message: 'The package @flashphoner/websdk that the web console needs is not installed',
    hint: 'Run npm ci first.',
  },
} as const;

export type FaultCode = keyof typeof faults;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The values that a fault's message and hint name. */
export type FaultValues<Code extends FaultCode> = {
  readonly [Name in Placeholders<(typeof faults)[Code]['message' | 'hint']>]: string | number;
};

/** An error for a person to read: `message` says what is wrong, `hint` what to do, `code` never changes. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly hint: string;

  private constructor(
    readonly code: FaultCode,
    message: string,
    hint: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }

  /** Makes a fault of the table; the compiler checks that no value is missing. */
  static of<Code extends FaultCode>(code: Code, values: FaultValues<Code>, cause?: unknown): Fault {
    const { message, hint } = faults[code];
    const table = values as Readonly<Record<string, string | number>>;
    return new Fault(code, fill(message, table), fill(hint, table), cause);
  }
}

/** What a socket was to listen on when it failed. */
export interface ListenTarget {
  readonly protocol: 'TCP' | 'UDP';
  readonly host: string;
  readonly port: number;
  /** The flag that sets the port, such as `--ws-port`. */
  readonly flag: string;
}

/** Turns the error of a `listen` or `bind` into the fault that says it plainly. */
export function listenFault(error: unknown, target: ListenTarget): Fault {
  if (error instanceof Fault) return error;
  const values = { ...target };
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return Fault.of('PORT_IN_USE', values, error);
    case 'EACCES':
    case 'EPERM':
      return Fault.of('PORT_NOT_PERMITTED', values, error);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return Fault.of('ADDRESS_NOT_AVAILABLE', values, error);
    default:
      return Fault.of('LISTEN_FAILED', { ...values, reason: reasonOf(error) }, error);
  }
}

/** The message of whatever was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim() || 'unknown reason';
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
