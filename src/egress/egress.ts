import { EventEmitter } from 'node:events';
import type { FfmpegAbilities } from '../ffmpeg/index.js';
import type { TrackDescription } from '../media/index.js';
import type { MediaEndpoint, MediaOutlet, MediaPipes } from '../streams/index.js';
import type { EgressSettings } from './channel.js';
import { EgressProcess, EgressUnavailable, type OutputListener } from './egress-process-handle.js';
import type { OutputRequest } from './outputs/output.js';

export interface EgressEvents {
  /** Something an operator should know. */
  note: [message: string];
  /** The process has died: what it made has ended, and the next request starts another. */
  died: [pid: number, reason: string];
}

/** A published stream, as `Publication` has it. */
export interface EgressSource {
  readonly endpoint: MediaEndpoint;
  readonly tracks: readonly TrackDescription[];
}

/** Something that is being made of a stream, as the control process holds it. */
export interface EgressOutput {
  /** Ends it in order; the listener hears when it has. Idempotent. */
  close(): void;
}

/** Time that a stream is still taken in without anything being made of it: the next may come soon, ms. */
const lingerTime = 5000;

/** A stream on its way to the egress process, once for all that is made of it there. */
interface Lease {
  readonly process: EgressProcess;
  readonly opened: Promise<number>;
  outlet: MediaOutlet | null;
  users: number;
  linger: NodeJS.Timeout | undefined;
  gone: boolean;
}

/** What the egress process is doing. */
export interface EgressStatistics {
  /** Null while there is none. */
  readonly pid: number | null;
  /** Streams that are led to it. */
  readonly streams: number;
  /** What is being made of them, by kind. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** How the process is run, where not as the server does. */
export interface EgressRuntime {
  /** ms */
  readonly linger?: number;
  /** Module that the process runs. */
  readonly entry?: URL;
}

/**
 * The egress process: where streams are written down, or made into something else. Started when it is first needed; one
 * that has died is started anew by the next request.
 */
export class Egress extends EventEmitter<EgressEvents> {
  private process: EgressProcess | null = null;
  private readonly leases = new Map<MediaEndpoint, Lease>();
  /** Open ones, by kind. */
  private readonly outputs = new Map<string, number>();
  private closing = false;

  /** @param settings never rejects */
  constructor(
    private readonly pipes: MediaPipes,
    private readonly settings: Promise<EgressSettings>,
    private readonly runtime: EgressRuntime = {},
  ) {
    super();
  }

  /** Streams that are led to the process. */
  get size(): number {
    return this.leases.size;
  }

  get pid(): number | null {
    return this.process?.pid ?? null;
  }

  statistics(): EgressStatistics {
    return { pid: this.pid, streams: this.size, outputs: Object.fromEntries(this.outputs) };
  }

  /** What ffmpeg can do here; null without one, or where transcoding is turned off. */
  async ffmpeg(): Promise<FfmpegAbilities | null> {
    return (await this.settings).transcoding.ffmpeg;
  }

  /** The port of loopback that derived streams come from. @throws (rejects) EgressUnavailable */
  async port(): Promise<number> {
    const process = this.running(await this.settings);
    await process.ready();
    return process.port;
  }

  /** Starts the process if there is none: it will be wanted soon. Never throws. */
  prepare(): void {
    this.settings.then((settings) => this.running(settings)).catch(() => {});
  }

  /**
   * Makes something of a stream. It ends with the stream at the latest.
   * @throws (rejects) EgressUnavailable, MediaUnavailable
   */
  async open(source: EgressSource, request: OutputRequest, listener: OutputListener): Promise<EgressOutput> {
    const process = this.running(await this.settings);
    await process.ready();
    const lease = this.lease(process, source);
    this.count(request.kind, 1);
    const release = once(() => {
      this.count(request.kind, -1);
      this.release(source.endpoint, lease);
    });
    try {
      const intake = await lease.opened;
      const id = process.freshId();
      await process.openOutput(
        { type: 'openOutput', id, intake, request },
        {
          onEvent: (event) => listener.onEvent(event),
          onClosed: () => {
            release();
            listener.onClosed();
          },
        },
      );
      return { close: once(() => process.closeOutput(id)) };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends the process, its files finished. */
  async close(): Promise<void> {
    this.closing = true;
    await this.process?.close();
    for (const [endpoint, lease] of this.leases) this.drop(endpoint, lease);
  }

  private running(settings: EgressSettings): EgressProcess {
    if (this.closing) throw new EgressUnavailable('the server stops');
    if (this.process) return this.process;
    const process: EgressProcess = new EgressProcess(
      settings,
      (message) => this.emit('note', message),
      (reason) => {
        if (this.process === process) this.process = null;
        for (const [endpoint, lease] of this.leases)
          if (lease.process === process) this.drop(endpoint, lease);
        this.emit('died', process.pid, reason);
      },
      this.runtime.entry,
    );
    this.process = process;
    return process;
  }

  private lease(process: EgressProcess, source: EgressSource): Lease {
    const known = this.leases.get(source.endpoint);
    if (known && known.process === process) {
      known.users += 1;
      clearTimeout(known.linger);
      return known;
    }
    const id = process.freshId();
    const lease: Lease = {
      process,
      opened: Promise.resolve().then(() => this.takeIn(process, id, source, lease)),
      outlet: null,
      users: 1,
      linger: undefined,
      gone: false,
    };
    lease.opened.catch(() => this.drop(source.endpoint, lease));
    this.leases.set(source.endpoint, lease);
    return lease;
  }

  private async takeIn(
    process: EgressProcess,
    id: number,
    { endpoint, tracks }: EgressSource,
    lease: Lease,
  ): Promise<number> {
    const outlet = this.pipes.outlet(endpoint, () => {
      process.closeIntake(id);
      this.drop(endpoint, lease);
    });
    lease.outlet = outlet;
    const { tag, port } = outlet;
    // The far end first, or it would miss the beginning.
    await process.openIntake({ type: 'openIntake', id, tag, port, tracks });
    await outlet.open(process.port);
    return id;
  }

  private count(kind: string, change: number): void {
    this.outputs.set(kind, (this.outputs.get(kind) ?? 0) + change);
  }

  private release(endpoint: MediaEndpoint, lease: Lease): void {
    lease.users -= 1;
    if (lease.users > 0 || lease.gone) return;
    const { linger = lingerTime } = this.runtime;
    lease.linger = setTimeout(() => this.drop(endpoint, lease), linger).unref();
  }

  private drop(endpoint: MediaEndpoint, lease: Lease): void {
    if (this.leases.get(endpoint) === lease) this.leases.delete(endpoint);
    lease.gone = true;
    clearTimeout(lease.linger);
    lease.outlet?.close();
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
