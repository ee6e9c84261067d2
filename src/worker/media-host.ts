import { Agenda, type Timed } from '../kit/index.js';
import { Arena, Poller, selfTest } from '../native/index.js';
import type { MediaFailure } from '../streams/index.js';
import { PortMux } from '../transport/index.js';
import { Cadence } from './cadence.js';
import type { EndpointRate, FromMedia, MediaPorts, MediaProcessSettings, ToMedia } from './channel.js';
import { EndpointAdmission, type EndpointKind } from './endpoint-admission.js';
import { LoadMeter } from './load-meter.js';
import type { Peer, PeerHost } from './peer.js';
import { PendingFeeds } from './pending-feeds.js';
import { PublisherPeer } from './publisher-peer.js';
import { type MediaStatistics, portStatistics } from './statistics.js';
import { ViewerPeer } from './viewer-peer.js';

type OpenRequest = Extract<ToMedia, { type: 'openPublisher' | 'openViewer' }>;

/** The SDK counts bytes from one rate to the next and takes that for a second, ms (WCS spec C.11). */
const rateInterval = 1000;
/** Batches read in one turn at most, so that timers and the control process get theirs under load. */
const maxBatches = 16;
/** Datagrams of a batch that may have left more behind. */
const fullBatch = 64;
/** Of a publisher that has not sent anything yet, bit/s. */
const assumedBitrate = 3_000_000;
const overloaded = 'the media process is at the limit of its load';
/** Where TCP stands among the descriptors waited for. */
const tcpIndex = 2;

/** Everything in one media process: its socket and transports, the peers on them, and the loop's single turn. */
export class MediaHost implements PeerHost {
  private readonly agenda = new Agenda();
  private readonly mux: PortMux;
  private readonly poller: Poller;
  private readonly peers = new Map<number, Peer>();
  private readonly pending: PendingFeeds;
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
    this.mux = new PortMux({
      arena,
      agenda: this.agenda,
      address: settings.host,
      port: settings.port,
      tcp: settings.tcp,
      receiveBuffer: settings.socketBuffer,
      sendBuffer: settings.socketBuffer,
      certificate,
      privateKey,
      srtpProfiles: settings.srtpProfiles,
      outbox: {
        onSegmentRefused: (errno) =>
          send({
            type: 'note',
            message: `the kernel refuses UDP segmentation (${errno}); sending costs more`,
          }),
      },
    });
    this.poller = new Poller(arena, [this.mux.descriptor, wakeFd, this.mux.tcpDescriptor]);
    this.meter = new LoadMeter(now);
    this.pending = new PendingFeeds(settings.gatherTime);
    this.admission = new EndpointAdmission(settings.refuseAbove);
    this.rateTimes = new Cadence(rateInterval, now);
    this.agenda.schedule(this.rates, this.rateTimes.next);
  }

  get ports(): MediaPorts {
    return { udp: this.mux.local.port, tcp: this.mux.tcpLocal?.port ?? 0 };
  }

  /**
   * One turn of the loop: waits for datagrams, timers or the control process, and does what they bring.
   * @param clock ms; read again after waiting
   * @param maxWait ms
   */
  turn(clock: () => number, maxWait: number): void {
    const before = clock();
    const due = Math.min(this.agenda.nextDue, this.pending.due);
    this.poller.wait(Math.min(maxWait, Math.max(0, Math.ceil(due - before))));
    const now = clock();
    this.meter.waited(before, now);
    this.pending.adapt(this.meter.utilisation);
    let received = fullBatch;
    for (let batch = 0; received === fullBatch && batch < maxBatches; batch += 1) {
      received = this.mux.receive(now);
      this.forward(now);
    }
    if (this.poller.ready(tcpIndex)) {
      this.mux.receiveTcp(now);
      this.forward(now);
    }
    if (this.agenda.nextDue <= now) {
      // A viewer that catches up reads the cache: what still waits would go twice.
      this.pending.flush(now);
      this.agenda.run(now);
    }
    this.mux.flush();
  }

  /** Hands viewers what has come, and sends it. */
  private forward(now: number): void {
    this.pending.flushWhole(now);
    this.mux.flush();
  }

  handle(message: ToMedia, now: number): void {
    if (message.type === 'close') this.remove(this.peers.get(message.id));
    else if (message.type !== 'start') this.open(message, now);
    this.mux.flush();
  }

  /** Says goodbye to every peer. */
  close(): void {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    this.mux.close();
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
    if (!this.peers.has(peer.id)) return;
    this.remove(peer);
    this.send({ type: 'failed', id: peer.id, failure, detail });
  }

  private open(request: OpenRequest, now: number): void {
    const { id } = request;
    let opened: Peer | string;
    try {
      opened =
        request.type === 'openPublisher' ? this.openPublisher(request, now) : this.openViewer(request, now);
    } catch (error) {
      opened = error instanceof Error ? error.message : String(error);
    }
    if (typeof opened === 'string') this.send({ type: 'refused', id, reason: opened });
    else {
      this.peers.set(id, opened);
      const credentials = opened.transports.map(({ credentials: { ufrag, password } }) => ({
        ufrag,
        password,
      }));
      this.send({ type: 'opened', id, credentials });
    }
  }

  /** @returns the peer, or why it cannot be */
  private openPublisher(request: Extract<ToMedia, { type: 'openPublisher' }>, now: number): Peer | string {
    const { id, tracks } = request;
    if (!this.admit('publisher', assumedBitrate, now)) return overloaded;
    const peer = new PublisherPeer(id, this);
    this.addTransports(peer, request, now);
    const built = peer.build(
      tracks,
      this.mux.memory,
      this.settings.media,
      (feed) => this.pending.add(feed),
      (width, height) => this.send({ type: 'videoSize', id, width, height }),
    );
    if (built) return peer;
    peer.close();
    return 'the packet memory is exhausted';
  }

  /** @returns the peer, or why it cannot be */
  private openViewer(request: Extract<ToMedia, { type: 'openViewer' }>, now: number): Peer | string {
    const publisher = this.peers.get(request.publisher);
    if (!(publisher instanceof PublisherPeer)) return 'the stream has ended';
    if (!this.admit('viewer', publisher.videoRate, now)) return overloaded;
    const peer = new ViewerPeer(request.id, this);
    this.addTransports(peer, request, now);
    peer.build(request.tracks, request.cname, publisher, this.settings.media);
    return peer;
  }

  private admit(kind: EndpointKind, bitrate: number, now: number): boolean {
    const { utilisation } = this.meter;
    return this.admission.admit(kind, bitrate, { utilisation, endpoints: this.peers.size }, now);
  }

  private addTransports(peer: Peer, request: OpenRequest, now: number): void {
    const timeouts = { iceTimeoutMs: this.settings.iceTimeout, keepAliveMs: this.settings.iceKeepAlive };
    request.transports.forEach((description, index) => {
      peer.transports.push(
        this.mux.createTransport({ ...description, ...timeouts }, peer.handlerFor(index), now),
      );
    });
  }

  private remove(peer: Peer | undefined): void {
    if (!peer) return;
    this.peers.delete(peer.id);
    peer.close();
  }

  private report(now: number): number {
    const rates: EndpointRate[] = [];
    for (const peer of this.peers.values()) {
      const rate = peer.measure(now);
      if (rate) rates.push(rate);
    }
    if (rates.length > 0) this.send({ type: 'rates', rates });
    this.send({ type: 'statistics', statistics: this.statistics() });
    return this.rateTimes.advance(now);
  }

  private statistics(): MediaStatistics {
    let publishers = 0;
    for (const peer of this.peers.values()) if (peer instanceof PublisherPeer) publishers += 1;
    return {
      utilisation: this.meter.utilisation,
      publishers,
      viewers: this.peers.size - publishers,
      refusedPublishers: this.admission.refused.publisher,
      refusedViewers: this.admission.refused.viewer,
      ...portStatistics(this.mux),
    };
  }
}
