import { EventEmitter } from 'node:events';
import type { DownTrackDescription, TrackDescription } from '../media/index.js';
import {
  type Fingerprint,
  type MediaAddress,
  type MediaEndpoint,
  type MediaListener,
  type MediaPlane,
  MediaUnavailable,
  type TransportDescription,
} from '../streams/index.js';
import type { MediaCertificate } from './certificate.js';
import type { MediaPorts, MediaProcessSettings } from './channel.js';
import { Endpoint, MediaProcess } from './media-process-handle.js';
import type { MediaProcessStatistics } from './statistics.js';

export interface MediaPoolOptions {
  /** How many media processes. */
  readonly size: number;
  /** Settings of all; process i binds `port + i`, and `tcp.port + i`. */
  readonly settings: Omit<MediaProcessSettings, 'certificate'>;
  readonly certificate: MediaCertificate;
  /** Addresses for candidates of the process numbered `index`, which bound `ports`. */
  readonly addresses: (ports: MediaPorts, index: number) => MediaAddress[];
}

export interface MediaPoolEvents {
  /** Something an operator should know. */
  note: [message: string];
  /** A process has died; its streams have failed, and it is being replaced. */
  died: [pid: number, reason: string];
  /** A replacement serves. */
  replaced: [pid: number];
}

/** Wait before the second and later tries to replace a process that keeps dying, ms; the first is made at once. */
const retryDelay = 500;
const maxRetryDelay = 5000;

/** The media processes: keeps them up, and gives each endpoint to the one with the fewest. */
export class MediaPool extends EventEmitter<MediaPoolEvents> implements MediaPlane {
  private readonly processes: MediaProcess[] = [];
  private closing = false;

  constructor(private readonly options: MediaPoolOptions) {
    super();
  }

  get fingerprint(): Fingerprint {
    return this.options.certificate.fingerprint;
  }

  get pids(): number[] {
    return this.processes.map(({ pid }) => pid);
  }

  get ports(): MediaPorts[] {
    return this.processes.map(({ ports }) => ports);
  }

  /** What each media process does, as it said within the last second. */
  statistics(): MediaProcessStatistics[] {
    return this.processes.map(({ statistics }) => statistics);
  }

  /**
   * Starts all processes.
   * @throws (rejects) MediaProcessUnfit when one cannot work, for a port in use or a platform that lacks something
   */
  async open(): Promise<void> {
    const starts: Promise<void>[] = [];
    for (let index = 0; index < this.options.size; index += 1) starts.push(this.startProcess(index));
    await Promise.all(starts);
  }

  openPublisher(
    transports: readonly TransportDescription[],
    tracks: readonly TrackDescription[],
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    let chosen: MediaProcess | null = null;
    for (const process of this.processes) {
      if (process.serving && (!chosen || process.load < chosen.load)) chosen = process;
    }
    if (!chosen) return Promise.reject(new MediaUnavailable('no media process is up'));
    return chosen.open(
      (id) => ({ type: 'openPublisher', id, transports, tracks }),
      listener,
      this.options.addresses,
    );
  }

  openViewer(
    publisher: MediaEndpoint,
    transports: readonly TransportDescription[],
    tracks: readonly DownTrackDescription[],
    cname: string,
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    if (!(publisher instanceof Endpoint)) throw new TypeError('the publisher is of another media plane');
    return publisher.process.open(
      (id) => ({ type: 'openViewer', id, publisher: publisher.id, transports, tracks, cname }),
      listener,
      this.options.addresses,
    );
  }

  /** Ends all processes, their peers told by DTLS, and waits until they are gone. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.processes.map((process) => process.close()));
  }

  private startProcess(index: number): Promise<void> {
    const { settings, certificate } = this.options;
    const nth = (port: number) => (port === 0 ? 0 : port + index);
    const port = nth(settings.port);
    const tcp = settings.tcp && { ...settings.tcp, port: nth(settings.tcp.port) };
    const process = new MediaProcess({ ...settings, certificate, port, tcp }, index, {
      onNote: (message) => this.emit('note', message),
      onExit: (reason) => {
        this.emit('died', process.pid, reason);
        void this.replace(index);
      },
    });
    this.processes[index] = process;
    return process.start();
  }

  private async replace(index: number): Promise<void> {
    for (let delay = retryDelay; !this.closing; delay = Math.min(maxRetryDelay, delay * 2)) {
      try {
        await this.startProcess(index);
        this.emit('replaced', this.processes[index]?.pid ?? -1);
        return;
      } catch (error) {
        this.emit('note', error instanceof Error ? error.message : String(error));
        await new Promise((resolve) => setTimeout(resolve, delay).unref());
      }
    }
  }
}
