import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeMediaPorts } from './ports.js';
import { type OutputLine, Program } from './program.js';

const USERNAME = 'somebody';
const CREDENTIAL = 'relayed';
/** Ports for what it relays: far more than the browsers of a test take. */
const RELAY_PORTS = 32;
const READY_TIMEOUT_MS = 10_000;
const PROGRAM = process.env.TURNSERVER ?? '/usr/bin/turnserver';

/** The part of an RTCConfiguration that leaves a browser no way but the relay. */
export interface RelayOnly {
  readonly iceTransportPolicy: 'relay';
  readonly iceServers: readonly {
    readonly urls: string;
    readonly username: string;
    readonly credential: string;
  }[];
}

/** A TURN server (coturn), reached over UDP and TCP alike. */
export class TurnServer {
  private constructor(
    readonly program: Program,
    readonly address: string,
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(address = '127.0.0.1'): Promise<TurnServer> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-turn-'));
    const port = await freeMediaPorts(1 + RELAY_PORTS, address);
    const where = ['--listening-ip', address, '--relay-ip', address, '--listening-port', String(port)];
    const range = ['--min-port', String(port + 1), '--max-port', String(port + RELAY_PORTS)];
    const who = ['--lt-cred-mech', '--realm', 'sluice.test', '--user', `${USERNAME}:${CREDENTIAL}`];
    const less = ['--no-cli', '--no-tls', '--no-dtls', '--no-rfc5780', '--allow-loopback-peers'];
    const files = ['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'users')];
    const log = ['--log-file', 'stdout', '--verbose'];
    const program = new Program(PROGRAM, ['-n', ...where, ...range, ...who, ...less, ...files, ...log]);
    try {
      // Its last word before it serves; the listeners are open by then.
      const listens = ({ text }: OutputLine) => text.includes('SQLite DB connection success');
      await program.output.waitFor('TURN server listens', listens, READY_TIMEOUT_MS);
      return new TurnServer(program, address, port, folder);
    } catch (error) {
      await program.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @param protocol by which the browser speaks to this server; what it relays goes over UDP */
  relayOnly(protocol: 'udp' | 'tcp'): RelayOnly {
    const urls = `turn:${this.address}:${this.port}?transport=${protocol}`;
    return {
      iceTransportPolicy: 'relay',
      iceServers: [{ urls, username: USERNAME, credential: CREDENTIAL }],
    };
  }

  async close(): Promise<void> {
    await this.program.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
