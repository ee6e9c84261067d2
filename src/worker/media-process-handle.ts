import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type MediaAddress,
  type MediaEndpoint,
  type MediaListener,
  type MediaProcessStatistics,
  type MediaStatistics,
  MediaUnavailable,
  type TransportCredentials,
} from '../streams/index.js';
import type { FromMedia, MediaPorts, MediaProcessSettings, ToMedia, UnfitReason } from './channel.js';
import { OpenRequests } from './open-requests.js';
import { OverloadWatch } from './overload-watch.js';
import { ProcessLoad } from './process-load.js';
import { SilenceWatch } from './silence-watch.js';

/** A media process says this of itself when it cannot work; another try would end the same way. */
export class MediaProcessUnfit extends Error {
  override readonly name = 'MediaProcessUnfit';

  constructor(readonly reason: UnfitReason) {
    super(reason.message);
  }

  get code(): string {
    return this.reason.code;
  }
}

/** What the pool hears of a process. */
export interface MediaProcessListener {
  onNote(message: string): void;
  /** It is gone, for whatever reason; its endpoints have been told. Not called after `close`. */
  onExit(reason: string): void;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** How long a starting process may take to say that it is ready, ms: on a machine that is far too busy it does take long. */
const startTimeout = 30_000;
/** How long one that serves may say nothing, its counters included, ms: what it carries is lost by then. */
const hangTimeout = 30_000;
/** How long one whose channel is closed may take to end by itself, ms. */
const partingTime = 250;
/** An answer takes a millisecond; a client that gets none in this time can ask again. */
const openLimits = { inFlight: 64, waiting: 1024, timeout: 5000 };
/** How long a closing process may take before it is killed, ms. */
const closeTimeout = 1000;

/** The control process's side of one media process: its channel and the endpoints opened through it. */
export class MediaProcess {
  ports: MediaPorts = { udp: 0, tcp: 0, pipe: 0 };
  ready = false;
  readonly load = new ProcessLoad();
  private readonly child: ChildProcess;
  private readonly endpoints = new Map<number, Endpoint>();
  private readonly opening = new OpenRequests((message) => this.post(message), openLimits);
  private readonly watch: OverloadWatch;
  private readonly silence: SilenceWatch;
  private latest: MediaStatistics | null = null;
  private starting: Waiting<void> | null = null;
  private unfit: MediaProcessUnfit | null = null;
  private nextId = 1;
  private closing = false;
  /** It has ended, or could not be started at all: then there is no exit to wait for. */
  private over = false;
  /** Runs while its channel is closed and it has not ended. */
  private parting: NodeJS.Timeout | undefined;

  constructor(
    readonly index: number,
    socketBuffer: number,
    private readonly listener: MediaProcessListener,
    mostSilence = hangTimeout,
  ) {
    this.watch = new OverloadWatch(socketBuffer);
    this.silence = new SilenceWatch(mostSilence, () => {
      this.listener.onNote(`media process ${this.pid} hangs, it is killed`);
      this.child.kill('SIGKILL');
    });
    this.child = fork(fileURLToPath(new URL('./media-process.js', import.meta.url)), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child.on('message', (message) => this.receive(message as FromMedia));
    this.child.on('disconnect', () => this.cutOff());
    this.child.on('error', (error) => this.gone(error.message));
    this.child.on('exit', (code, signal) => this.gone(signal ? `killed by ${signal}` : `exit code ${code}`));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Whether it can be asked to carry more. */
  get serving(): boolean {
    return this.ready && this.child.connected && !this.opening.stalled;
  }

  get statistics(): MediaProcessStatistics {
    const { index, pid, serving, opening, latest } = this;
    return { index, pid, serving, opening: opening.size, latest };
  }

  /**
   * Waits until it serves.
   * @param settings which may still be in the making: it has its modules to load meanwhile
   * @throws (rejects) MediaProcessUnfit, or another Error when it died before, or there are no settings
   */
  async start(settings: Promise<MediaProcessSettings>): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), startTimeout);
    try {
      await new Promise<void>((resolve, reject) => {
        this.starting = { resolve, reject };
        settings.then((made) => this.post({ type: 'start', settings: made }), reject);
      });
    } finally {
      clearTimeout(timer);
      this.starting = null;
    }
  }

  /**
   * Opens an endpoint in it.
   * @param request made with the endpoint's id
   * @param onGone called once when it is not there any more, or could not be opened; before its listener
   * @throws (rejects) MediaUnavailable
   */
  async open(
    request: (id: number) => ToMedia,
    listener: MediaListener,
    addresses: (ports: MediaPorts, index: number) => MediaAddress[],
    onGone: () => void = () => {},
  ): Promise<Endpoint> {
    if (!this.ready) {
      onGone();
      throw new MediaUnavailable('the media process is not up');
    }
    const id = this.nextId;
    this.nextId += 1;
    const endpoint = new Endpoint(this, id, listener, addresses(this.ports, this.index), onGone);
    // Known from the start: media may flow before the answer to this request is read.
    this.endpoints.set(id, endpoint);
    this.load.added();
    try {
      endpoint.credentials = await this.opening.open(id, request(id));
    } catch (error) {
      this.forget(id);
      throw error;
    }
    return endpoint;
  }

  /** Forgets an endpoint and tells the process to. */
  closeEndpoint(id: number): void {
    if (this.forget(id)) this.post({ type: 'close', id });
  }

  /** Whether it still carries this endpoint. */
  has(endpoint: Endpoint): boolean {
    return this.endpoints.get(endpoint.id) === endpoint;
  }

  /** Ends it: it says goodbye to its peers and exits when the channel closes; resolves when it is gone. */
  async close(): Promise<void> {
    this.closing = true;
    this.ready = false;
    this.silence.stop();
    if (this.over || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), closeTimeout);
    if (this.child.connected) this.child.disconnect();
    await exited;
    clearTimeout(timer);
  }

  private receive(message: FromMedia): void {
    this.silence.heard();
    switch (message.type) {
      case 'ready':
        this.ports = message.ports;
        this.ready = true;
        this.silence.start();
        this.starting?.resolve();
        return;
      case 'unfit':
        this.unfit = new MediaProcessUnfit(message.reason);
        return;
      case 'note':
        this.listener.onNote(message.message);
        return;
      case 'opened':
        this.opening.answer(message.id, message.credentials);
        return;
      case 'refused':
        this.opening.answer(message.id, new MediaUnavailable(message.reason));
        return;
      case 'rates':
        for (const rate of message.rates) this.endpoints.get(rate.id)?.listener.onRate(rate);
        return;
      case 'statistics':
        this.latest = message.statistics;
        this.load.report(message.statistics.utilisation);
        for (const note of this.watch.update(message.statistics, performance.now()))
          this.listener.onNote(`media process ${this.pid}: ${note}`);
        return;
      default:
        this.toEndpoint(message);
    }
  }

  private toEndpoint(message: Extract<FromMedia, { type: 'started' | 'videoSize' | 'failed' }>): void {
    const endpoint = this.endpoints.get(message.id);
    if (!endpoint) return;
    if (message.type === 'started') endpoint.listener.onStarted();
    else if (message.type === 'videoSize') endpoint.listener.onVideoSize(message.width, message.height);
    else {
      this.forget(message.id);
      endpoint.listener.onFailed(message.failure);
    }
  }

  /** Nothing can be asked of it any more, nor said by it: what it carries is as lost as if it had died. */
  private cutOff(): void {
    if (!this.closing && !this.over) this.parting = setTimeout(() => this.child.kill('SIGKILL'), partingTime);
  }

  private gone(reason: string): void {
    const wasReady = this.ready;
    this.ready = false;
    this.over = true;
    clearTimeout(this.parting);
    this.silence.stop();
    this.starting?.reject(this.unfit ?? new Error(`the media process ended before it was ready: ${reason}`));
    this.opening.end('the media process died');
    const endpoints = [...this.endpoints.values()];
    for (const { id } of endpoints) this.forget(id);
    if (this.closing) return;
    for (const endpoint of endpoints) endpoint.listener.onFailed('media-process');
    if (wasReady) this.listener.onExit(reason);
  }

  /** @returns whether it was there */
  private forget(id: number): boolean {
    const endpoint = this.endpoints.get(id);
    if (!endpoint) return false;
    this.endpoints.delete(id);
    this.load.removed();
    endpoint.onGone();
    return true;
  }

  private post(message: ToMedia): void {
    // A channel that has just broken is followed by `exit`, which ends everything that waits.
    if (this.child.connected) this.child.send(message, () => {});
  }
}

/** An endpoint in a media process, as the control process holds it. */
export class Endpoint implements MediaEndpoint {
  /** There when it is open. */
  credentials: readonly TransportCredentials[] = [];

  constructor(
    readonly process: MediaProcess,
    readonly id: number,
    readonly listener: MediaListener,
    readonly addresses: readonly MediaAddress[],
    readonly onGone: () => void,
  ) {}

  /** Whether it is open or opening. */
  get alive(): boolean {
    return this.process.has(this);
  }

  close(): void {
    this.process.closeEndpoint(this.id);
  }
}
