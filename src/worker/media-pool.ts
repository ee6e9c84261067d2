import { EventEmitter } from 'node:events';
import type { DownTrackDescription, TrackDescription } from '../media/index.js';
import {
  type Fingerprint,
  type MediaAddress,
  type MediaEndpoint,
  type MediaInlet,
  type MediaListener,
  type MediaOutlet,
  type MediaPipes,
  type MediaPlane,
  type MediaProcessStatistics,
  MediaUnavailable,
  type TransportDescription,
} from '../streams/index.js';
import type { MediaCertificate } from './certificate.js';
import type { MediaPorts, MediaProcessSettings } from './channel.js';
import { Endpoint, MediaProcess, type MediaProcessListener } from './media-process-handle.js';
import { Pipes } from './pipes.js';
import { type Place, placeForViewer, roomiest } from './placement.js';

export interface MediaPoolOptions {
  /** How many media processes. */
  readonly size: number;
  /** Settings of all; process i binds `port + i`, and `tcp.port + i`. */
  readonly settings: Omit<MediaProcessSettings, 'certificate'>;
  /** Load of a media process above which further viewers of its streams are placed in others, share of a core. */
  readonly spreadAbove: number;
  /** It may still be in the making: processes take their time to start. */
  readonly certificate: Promise<MediaCertificate>;
  /** How long a process that serves may say nothing before it is killed and replaced, ms; half a minute unless told. */
  readonly mostSilence?: number;
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
const retryDelay = 250;
const maxRetryDelay = 1000;

/** A media process as a place for an endpoint. */
interface ProcessPlace extends Place {
  readonly process: MediaProcess;
}

/** The media processes: keeps them up, gives each endpoint to one that has room, and leads streams from one to another. */
export class MediaPool extends EventEmitter<MediaPoolEvents> implements MediaPlane, MediaPipes {
  private readonly processes: MediaProcess[] = [];
  private readonly pipes = new Pipes();
  private certificate: MediaCertificate | null = null;
  private closing = false;

  constructor(private readonly options: MediaPoolOptions) {
    super();
  }

  /** Of the certificate, once `open` has resolved. */
  get fingerprint(): Fingerprint {
    if (!this.certificate) throw new Error('the media processes are not open');
    return this.certificate.fingerprint;
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

  /** The number of the media process that carries an endpoint; null for one that is gone, or another plane's. */
  processOf(endpoint: MediaEndpoint): number | null {
    return endpoint instanceof Endpoint && endpoint.alive ? endpoint.process.index : null;
  }

  /**
   * Starts all processes.
   * @throws (rejects) MediaProcessUnfit when one cannot work, for a port in use or a platform that lacks something;
   *   what makes the certificate rejects with
   */
  async open(): Promise<void> {
    const starts: Promise<void>[] = [];
    for (let index = 0; index < this.options.size; index += 1) starts.push(this.startProcess(index));
    [this.certificate] = await Promise.all([this.options.certificate, ...starts]);
  }

  async openPublisher(
    transports: readonly TransportDescription[],
    tracks: readonly TrackDescription[],
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    const place = roomiest(this.processes.filter(({ serving }) => serving).map(placeOf));
    if (!place) throw new MediaUnavailable('no media process is up');
    const { addresses } = this.options;
    let publisher: Endpoint | null = null;
    publisher = await place.process.open(
      (id) => ({ type: 'openPublisher', id, transports, tracks }),
      listener,
      addresses,
      () => publisher && this.pipes.drop(publisher),
    );
    if (publisher.alive) this.pipes.add(publisher, tracks);
    return publisher;
  }

  async openViewer(
    publisher: MediaEndpoint,
    transports: readonly TransportDescription[],
    tracks: readonly DownTrackDescription[],
    cname: string,
    listener: MediaListener,
  ): Promise<MediaEndpoint> {
    const home = endpointOf(publisher);
    const openAt = (source: Endpoint, onGone?: () => void) =>
      source.process.open(
        (id) => ({ type: 'openViewer', id, publisher: source.id, transports, tracks, cname }),
        listener,
        this.options.addresses,
        onGone,
      );
    const process = this.placeOfViewer(home);
    if (process === home.process) return openAt(home);
    const pipe = this.pipes.use(home, process);
    process.load.expected += 1;
    const sink = await pipe.sink.catch(() => null);
    process.load.expected -= 1;
    if (!sink) {
      this.pipes.release(pipe);
      return openAt(home);
    }
    return openAt(sink, () => this.pipes.release(pipe));
  }

  outlet(publisher: MediaEndpoint, onClosed: () => void): MediaOutlet {
    return this.pipes.outlet(endpointOf(publisher), onClosed);
  }

  async inlet(
    publisher: MediaEndpoint,
    tracks: readonly TrackDescription[],
    from: number,
    listener: MediaListener,
  ): Promise<MediaInlet> {
    const { process } = endpointOf(publisher);
    const tag = this.pipes.tags.take();
    let endpoint: Endpoint | null = null;
    endpoint = await process.open(
      (id) => ({ type: 'openPipeSink', id, tracks, pipe: { tag, port: from } }),
      listener,
      () => [],
      () => {
        this.pipes.tags.giveBack(tag);
        if (endpoint) this.pipes.drop(endpoint);
      },
    );
    if (endpoint.alive) this.pipes.add(endpoint, tracks);
    return { tag, port: process.ports.pipe, endpoint };
  }

  private placeOfViewer(publisher: Endpoint): MediaProcess {
    const places = this.processes.filter(({ serving }) => serving).map(placeOf);
    const home = placeOf(publisher.process);
    const carrying = this.pipes.carriers(publisher);
    const carriers = places.filter(({ process }) => carrying.includes(process));
    return placeForViewer(home, carriers, places, this.options.spreadAbove).process;
  }

  /** Ends all processes, their peers told by DTLS, and waits until they are gone. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.processes.map((process) => process.close()));
  }

  private startProcess(index: number): Promise<void> {
    const { settings, certificate, mostSilence } = this.options;
    const nth = (port: number) => (port === 0 ? 0 : port + index);
    const port = nth(settings.port);
    const tcp = settings.tcp && { ...settings.tcp, port: nth(settings.tcp.port) };
    const listener: MediaProcessListener = {
      onNote: (message) => this.emit('note', message),
      onExit: (reason) => {
        this.emit('died', process.pid, reason);
        void this.replace(index);
      },
    };
    const process = new MediaProcess(index, settings.socketBuffer, listener, mostSilence);
    this.processes[index] = process;
    return process.start(certificate.then((made) => ({ ...settings, certificate: made, port, tcp })));
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

/** @throws TypeError for one of another media plane */
function endpointOf(endpoint: MediaEndpoint): Endpoint {
  if (!(endpoint instanceof Endpoint)) throw new TypeError('the endpoint is of another media plane');
  return endpoint;
}

function placeOf(process: MediaProcess): ProcessPlace {
  const { projected: load, endpoints, expected } = process.load;
  return { process, load, endpoints: endpoints + expected };
}
