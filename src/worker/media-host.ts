import { Agenda, type Timed } from '../kit/index.js';
import type { Feed } from '../media/index.js';
import { Arena, Poller, selfTest } from '../native/index.js';
import type { MediaFailure, MediaStatistics, TransportCredentials } from '../streams/index.js';
import { PlainPort, PortMux } from '../transport/index.js';
import { Cadence } from './cadence.js';
import type { EndpointRate, FromMedia, MediaPorts, MediaProcessSettings, ToMedia } from './channel.js';
import { EndpointAdmission, endpointCost } from './endpoint-admission.js';
import { LoadMeter } from './load-meter.js';
import type { Peer, PeerHost, Resident } from './peer.js';
import { PendingFeeds } from './pending-feeds.js';
import { PipeEnds } from './pipe-ends.js';
import { PublisherPeer } from './publisher-peer.js';
import { portStatistics } from './statistics.js';
import { ViewerPeer } from './viewer-peer.js';

type OpenRequest = Exclude<ToMedia, { type: 'start' | 'close' }>;
type PeerRequest = Extract<ToMedia, { type: 'openPublisher' | 'openViewer' }>;

/** The SDK counts bytes from one rate to the next and takes that for a second, ms (WCS spec C.11). */
const rateInterval = 1000;
/** Batches read in one turn at most, so that timers and the control process get theirs under load. */
const maxBatches = 16;
/** Datagrams of a batch that may have left more behind. */
const fullBatch = 64;
/** Of a publisher that has not sent anything yet, bit/s. */
const assumedBitrate = 3_000_000;
const overloaded = 'the media process is at the limit of its load';
/** Where the control process stands among the descriptors waited for. */
const wakeIndex = 1;
/** Where TCP does. */
const tcpIndex = 2;
/** And where pipes do. */
const pipeIndex = 3;

/** Everything in one media process: its socket and transports, the peers on them, and the loop's single turn. */
export class MediaHost implements PeerHost {
  private readonly agenda = new Agenda();
  private readonly mux: PortMux;
  private readonly pipePort: PlainPort;
  private readonly pipes: PipeEnds;
  private readonly poller: Poller;
  private readonly residents = new Map<number, Resident>();
  private readonly pending: PendingFeeds;
  /** When the loop read last, ms. */
  private lastTurn = 0;
  private readonly rates: Timed = { onTime: (now) => this.report(now) };
  private readonly rateTimes: Cadence;
  private readonly meter: LoadMeter;
  private readonly admission: EndpointAdmission;

  /**
   * @param send to the control process
   * @param wakeFd descriptor that ends a wait when it becomes readable
   * @throws NativeFault when the platform lacks something or the port cannot be bound
   */
  constructor(
    private readonly settings: MediaProcessSettings,
    private readonly send: (message: FromMedia) => void,
    wakeFd: number,
    now: number,
  ) {
    const arena = new Arena(settings.arenaSize);
    selfTest(arena);
    const { cert: certificate, key: privateKey } = settings.certificate;
    const { socketBuffer: receiveBuffer, socketBuffer: sendBuffer } = settings;
    const outbox = {
      onSegmentRefused: (errno: string) =>
        send({ type: 'note', message: `the kernel refuses UDP segmentation (${errno}); sending costs more` }),
    };
    this.mux = new PortMux({
      arena,
      agenda: this.agenda,
      address: settings.host,
      port: settings.port,
      tcp: settings.tcp,
      receiveBuffer,
      sendBuffer,
      certificate,
      privateKey,
      srtpProfiles: settings.srtpProfiles,
      outbox,
    });
    this.pipePort = new PlainPort({ arena, receiveBuffer, sendBuffer, outbox });
    this.pipes = new PipeEnds(this.pipePort, this, settings.media);
    const { descriptor, tcpDescriptor } = this.mux;
    this.poller = new Poller(arena, [descriptor, wakeFd, tcpDescriptor, this.pipePort.descriptor]);
    this.meter = new LoadMeter(now);
    this.pending = new PendingFeeds(settings.gatherTime);
    this.admission = new EndpointAdmission(settings.refuseAbove);
    this.rateTimes = new Cadence(rateInterval, now);
    this.agenda.schedule(this.rates, this.rateTimes.next);
  }

  get ports(): MediaPorts {
    const tcp = this.mux.tcpLocal?.port ?? 0;
    return { udp: this.mux.local.port, tcp, pipe: this.pipePort.port };
  }

  /**
   * One turn of the loop: waits for datagrams, timers or the control process, and does what they bring.
   * @param before the time, ms
   * @param clock what tells it after waiting
   * @param maxWait ms
   * @returns whether something waits that is not its own to read: `wakeFd` is readable
   */
  turn(before: number, clock: () => number, maxWait: number): boolean {
    const from = Math.max(before, this.lastTurn + this.pending.pace);
    const due = Math.min(this.agenda.nextDue, this.pending.due);
    this.poller.pause(from - before);
    this.poller.wait(Math.min(maxWait, Math.max(0, Math.ceil(due - from))));
    const now = clock();
    this.lastTurn = now;
    this.meter.waited(before, now);
    this.pending.adapt(this.meter.utilisation);
    this.drain(this.mux, now);
    if (this.poller.ready(pipeIndex)) this.drain(this.pipePort, now);
    if (this.poller.ready(tcpIndex)) {
      this.mux.receiveTcp(now);
      this.forward(now);
    }
    if (this.agenda.nextDue <= now) {
      // A viewer that catches up reads the cache: what still waits would go twice.
      this.pending.flush(now);
      this.agenda.run(now);
    }
    this.flush();
    return this.poller.ready(wakeIndex);
  }

  /** Reads what has come to a port, batch by batch. */
  private drain(port: PortMux | PlainPort, now: number): void {
    let received = fullBatch;
    for (let batch = 0; received === fullBatch && batch < maxBatches; batch += 1) {
      received = port.receive(now);
      this.forward(now);
    }
  }

  /** Hands viewers what has come, and sends it. */
  private forward(now: number): void {
    this.pending.flushWhole(now);
    this.flush();
  }

  private flush(): void {
    this.mux.flush();
    this.pipePort.flush();
  }

  handle(message: ToMedia, now: number): void {
    if (message.type === 'close') this.remove(this.residents.get(message.id));
    else if (message.type !== 'start') this.open(message, now);
    this.flush();
  }

  /** Says goodbye to every peer. */
  close(): void {
    for (const resident of this.residents.values()) resident.close();
    this.residents.clear();
    this.mux.close();
    this.pipePort.close();
    this.poller.close();
  }

  schedule(task: Timed, due: number): void {
    this.agenda.schedule(task, due);
  }

  cancel(task: Timed): void {
    this.agenda.cancel(task);
  }

  started(peer: Peer): void {
    this.send({ type: 'started', id: peer.id });
  }

  failed(peer: Peer, failure: MediaFailure, detail: string): void {
    if (!this.residents.has(peer.id)) return;
    this.remove(peer);
    this.send({ type: 'failed', id: peer.id, failure, detail });
  }

  private open(request: OpenRequest, now: number): void {
    const { id } = request;
    const credentials: TransportCredentials[] = [];
    let opened: Resident | string;
    try {
      opened = this.make(request, credentials, now);
    } catch (error) {
      opened = error instanceof Error ? error.message : String(error);
    }
    if (typeof opened === 'string') this.send({ type: 'refused', id, reason: opened });
    else {
      this.residents.set(id, opened);
      this.send({ type: 'opened', id, credentials });
    }
  }

  /**
   * @param credentials receives those of its transports
   * @returns what was asked for, or why it cannot be
   */
  private make(request: OpenRequest, credentials: TransportCredentials[], now: number): Resident | string {
    if (request.type === 'openPublisher') return this.openPublisher(request, credentials, now);
    if (request.type === 'openPipeSink') return this.pipes.openSink(request, this.onPending, now);
    const publisher = this.residents.get(request.publisher);
    if (!(publisher instanceof PublisherPeer)) return 'the stream has ended';
    if (request.type === 'openPipeSource') return this.pipes.openSource(request, publisher, now);
    return this.openViewer(request, publisher, credentials, now);
  }

  private openPublisher(
    request: Extract<ToMedia, { type: 'openPublisher' }>,
    credentials: TransportCredentials[],
    now: number,
  ): Peer | string {
    const { id, tracks } = request;
    if (!this.admission.admit('publisher', assumedBitrate, this.meter.utilisation)) return overloaded;
    const peer = new PublisherPeer(id, this);
    peer.videoRate = assumedBitrate;
    this.addTransports(peer, request, credentials, now);
    const onVideoSize = (width: number, height: number) =>
      this.send({ type: 'videoSize', id, width, height });
    if (peer.build(tracks, this.mux.memory, this.settings.media, this.onPending, onVideoSize)) return peer;
    peer.close();
    return 'the packet memory is exhausted';
  }

  private openViewer(
    request: Extract<ToMedia, { type: 'openViewer' }>,
    publisher: PublisherPeer,
    credentials: TransportCredentials[],
    now: number,
  ): Peer | string {
    if (!this.admission.admit('viewer', publisher.videoRate, this.meter.utilisation)) return overloaded;
    const peer = new ViewerPeer(request.id, this);
    peer.videoRate = publisher.videoRate;
    this.addTransports(peer, request, credentials, now);
    peer.build(request.tracks, request.cname, publisher, this.settings.media);
    return peer;
  }

  private addTransports(
    peer: Peer,
    request: PeerRequest,
    credentials: TransportCredentials[],
    now: number,
  ): void {
    const timeouts = { iceTimeoutMs: this.settings.iceTimeout, keepAliveMs: this.settings.iceKeepAlive };
    request.transports.forEach((description, index) => {
      const options = { ...description, ...timeouts };
      const transport = this.mux.createTransport(options, peer.handlerFor(index), now);
      peer.transports.push(transport);
      const { ufrag, password } = transport.credentials;
      credentials.push({ ufrag, password });
    });
  }

  private readonly onPending = (feed: Feed): void => this.pending.add(feed);

  private remove(resident: Resident | undefined): void {
    if (!resident) return;
    this.residents.delete(resident.id);
    resident.close();
  }

  private report(now: number): number {
    const rates: EndpointRate[] = [];
    let cost = 0;
    for (const resident of this.residents.values()) {
      const rate = resident.measure(now);
      if (rate) rates.push(rate);
      cost += endpointCost(resident.videoRate);
    }
    this.admission.update(cost, this.meter.utilisation);
    if (rates.length > 0) this.send({ type: 'rates', rates });
    this.send({ type: 'statistics', statistics: this.statistics() });
    return this.rateTimes.advance(now);
  }

  private statistics(): MediaStatistics {
    let publishers = 0;
    let viewers = 0;
    for (const resident of this.residents.values()) {
      if (resident instanceof PublisherPeer) publishers += 1;
      else if (resident instanceof ViewerPeer) viewers += 1;
    }
    return {
      utilisation: this.meter.utilisation,
      publishers,
      viewers,
      refusedPublishers: this.admission.refused.publisher,
      refusedViewers: this.admission.refused.viewer,
      ...portStatistics(this.mux, this.pipePort),
    };
  }
}
