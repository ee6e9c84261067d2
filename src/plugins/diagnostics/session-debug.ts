import type { Config } from '../../config/index.js';
import { type BoundedFolder, diskReason, type Logger, RateLimit } from '../../kit/index.js';
import type { Client } from '../../signaling/index.js';
import { encode } from '../../wire/index.js';
import { DebugRecord, type RecordEnd } from './debug-record.js';

/** The statuses of `notifySessionDebugEvent`. */
const Status = { STARTED: 'STARTED', STOPPED: 'STOPPED', FAILED: 'FAILED' } as const;

/** Where the web server has the records. */
export const debugUrl = '/client/debug/';

/** Records that one client may start in a minute: each one makes a file. */
const startRate = 10;
const minute = 60_000;

/** `sessionDebug` (WCS spec B.10): records a session's messages from start to stop into a file that the client gets. */
export class SessionDebug {
  private readonly running = new Map<Client, DebugRecord>();
  private writing = 0;
  private readonly starts = new WeakMap<Client, RateLimit>();

  constructor(
    private readonly folder: BoundedFolder,
    private readonly options: Config['diagnostics'],
    private readonly log: Logger,
  ) {}

  /** @param userAgent what the client said of its browser */
  start(client: Client, userAgent: string): void {
    const refusal = this.running.has(client) ? null : this.refusal(client);
    if (refusal !== null) {
      client.send(encode.notifySessionDebugEvent(Status.FAILED, undefined, refusal));
      return;
    }
    client.send(encode.notifySessionDebugEvent(Status.STARTED));
    if (this.running.has(client)) return;
    const { id: session, identity } = client.session;
    const { appKey, remoteAddress } = identity;
    const about = { session, appKey, remoteAddress, userAgent };
    this.running.set(client, new DebugRecord(about, this.options.maxDebugFileSize, Date.now()));
    this.log.info({ session }, 'session debug started');
  }

  async stop(client: Client): Promise<void> {
    if (!this.running.has(client)) {
      client.send(encode.notifySessionDebugEvent(Status.STOPPED));
      return;
    }
    const name = await this.write(client, 'stop');
    client.send(
      name === null
        ? encode.notifySessionDebugEvent(Status.FAILED, undefined, 'The record could not be written')
        : encode.notifySessionDebugEvent(Status.STOPPED, `${debugUrl.slice(1)}${name}`),
    );
  }

  onTraffic(client: Client, direction: 'in' | 'out', text: string): void {
    // The name of an earlier record is nothing to hand on with this one.
    if (direction === 'out' && text.startsWith('{"message":"notifySessionDebugEvent"')) return;
    this.running.get(client)?.add(direction, text, client.session.authToken, Date.now());
  }

  /** The client has gone; a record that runs is written all the same. */
  end(client: Client): void {
    if (this.running.has(client)) void this.write(client, 'close');
  }

  /** Writes what runs. */
  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((client) => this.write(client, 'shutdown')));
  }

  private refusal(client: Client): string | null {
    if (!this.options.sessionDebug) return 'Session debug is turned off';
    const starts = this.starts.get(client) ?? new RateLimit(startRate, minute);
    this.starts.set(client, starts);
    const tooMany =
      this.running.size + this.writing >= this.options.maxDebugSessions || !starts.allow(performance.now());
    return tooMany ? 'Too many debug sessions' : null;
  }

  /** @returns the name of the file, null when it could not be written */
  private async write(client: Client, ended: RecordEnd): Promise<string | null> {
    const text = this.running.get(client)?.finish(ended, Date.now()) ?? '';
    this.running.delete(client);
    this.writing += 1;
    const { id: session } = client.session;
    try {
      const name = await this.folder.add(text);
      // Without the name: whoever knows it can fetch the file.
      this.log.info(
        { session, folder: this.folder.path, bytes: Buffer.byteLength(text) },
        'session debug recorded',
      );
      return name;
    } catch (error) {
      this.log.warn(
        { session, folder: this.folder.path, reason: diskReason(error) },
        'session debug could not be written',
      );
      return null;
    } finally {
      this.writing -= 1;
    }
  }
}
