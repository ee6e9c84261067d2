import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { freeMediaPorts } from './ports.js';
import { type Exit, type OutputLine, Program } from './program.js';

/** The program under test. TEST_SERVER_MAIN names another one, e.g. the same server built elsewhere. */
export const SERVER_MAIN =
  process.env.TEST_SERVER_MAIN ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Some start while browsers do, on a machine that has other things to do. */
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 3000;
const MOST_MEDIA_PROCESSES = 8;

/** The environment without settings of the server: a test says all that it wants on the command line. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')),
);

/** What the server says about itself when it is ready. */
export interface ReadyLine {
  readonly wsUrl: string;
  readonly wssUrl: string | undefined;
  readonly httpUrl: string;
  readonly httpsUrl: string | undefined;
  readonly mediaPorts: readonly number[];
  readonly mediaTcpPorts: readonly number[];
  readonly mediaPids: readonly number[];
}

/**
 * `host`: where it listens; `mediaPort`: the first of its media ports; `announce`: the address in its candidates;
 * `flags`: more of its command line.
 */
export interface ServerOptions {
  readonly host?: string;
  readonly mediaPort?: number;
  readonly announce?: string;
  readonly logLevel?: string;
  readonly flags?: readonly string[];
}

/** Reads the server's readiness from a line of its log: JSON on stderr with msg 'ready'. */
export function parseReady(line: OutputLine): ReadyLine | undefined {
  if (line.stream !== 'stderr' || !line.text.startsWith('{')) return undefined;
  const entry = JSON.parse(line.text) as { msg?: string } & ReadyLine;
  if (entry.msg !== 'ready') return undefined;
  const { wsUrl, wssUrl, httpUrl, httpsUrl, mediaPorts, mediaTcpPorts, mediaPids } = entry;
  return { wsUrl, wssUrl, httpUrl, httpsUrl, mediaPorts, mediaTcpPorts, mediaPids };
}

let lastStart: Promise<unknown> = Promise.resolve();

/** A Sluice that runs, started by its real command line, with its own data folder. */
export class Server {
  private constructor(
    readonly program: Program,
    readonly ready: ReadyLine,
    readonly readyAfterMs: number,
    readonly dataDir: string,
  ) {}

  /**
   * Starts the server and waits until it says that it is ready. One after another where tests run at the same time: a start
   * computes, and each has its time from when it is its turn.
   */
  static start(options: ServerOptions = {}): Promise<Server> {
    const turn = lastStart.then(() => Server.startNow(options));
    lastStart = turn.catch(() => {});
    return turn;
  }

  private static async startNow(options: ServerOptions): Promise<Server> {
    const { host = '127.0.0.1', logLevel = 'info', flags = [] } = options;
    const announce = options.announce ?? (host.includes(':') ? `[${host}]` : host);
    const dataDir = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    const mediaPort = options.mediaPort ?? (await freeMediaPorts(MOST_MEDIA_PROCESSES, host));
    const listen = ['--host', host, '--ws-port', '0', '--http-port', '0', '--tls-wss-port', '0'];
    listen.push('--tls-https-port', '0', '--media-port', String(mediaPort));
    const others = ['--announce', announce, '--log-level', logLevel, '--data-dir', dataDir, ...flags];
    const program = new Program(process.execPath, [SERVER_MAIN, ...listen, ...others], environment);
    try {
      const isReady = (line: OutputLine) => parseReady(line) !== undefined;
      const line = await program.output.waitFor('server is ready', isReady, READY_TIMEOUT_MS);
      return new Server(program, parseReady(line)!, performance.now() - program.startedAt, dataDir);
    } catch (error) {
      await program.end('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
      throw new Error(
        `${error instanceof Error ? error.message : error}\nthe server wrote:\n${program.text()}`,
      );
    }
  }

  get wsUrl(): string {
    return this.ready.wsUrl;
  }

  get httpUrl(): string {
    return this.ready.httpUrl;
  }

  /** Kills the server, which then has no chance to tidy up. */
  async kill(): Promise<void> {
    await this.program.end('SIGKILL', 0);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Stops the server as an operator does and demands exit code 0 within 3 s. */
  async stop(): Promise<void> {
    let exit: Exit | undefined;
    try {
      if (this.program.running) this.program.signal('SIGTERM');
      exit = await this.program.exit(STOP_TIMEOUT_MS);
    } finally {
      await this.program.end('SIGKILL');
      await rm(this.dataDir, { recursive: true, force: true });
    }
    expect(exit, `the server wrote:\n${this.program.text()}`).toEqual({ code: 0, signal: null });
  }
}

/** Runs the server's command line where it is expected to end by itself. */
export async function runServer(
  flags: readonly string[],
  ms = READY_TIMEOUT_MS,
): Promise<Exit & { program: Program }> {
  const program = new Program(process.execPath, [SERVER_MAIN, ...flags], environment);
  try {
    const exit = await program.exit(ms);
    return { ...exit, program };
  } finally {
    await program.end('SIGKILL');
  }
}
