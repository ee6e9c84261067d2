import { rtpStreamIdUri, type Timed, transportWideCcUri } from '../kit/index.js';
import type { VideoSize } from '../rtp/index.js';
import { RtpPacket, readRtcp } from '../rtp/index.js';
import { ArrivalRecorder } from './bitrate/arrival-recorder.js';
import type { TrackDescription } from './description.js';
import { Feed } from './feed.js';
import { KeyFrameRequester } from './keyframe/key-frame-requester.js';
import { EncodingGroup } from './layers/encoding-group.js';
import { PacketCache } from './packet-cache.js';
import { PacketRouter } from './packet-router.js';
import type { MemoryPool, PacketSink } from './packet-sink.js';
import { PublisherFeedback } from './publisher-feedback.js';
import { PublisherRtcp } from './publisher-rtcp.js';
import { PrimaryBlocks } from './redundancy/primary-blocks.js';
import { RoundTrip } from './report/round-trip.js';
import { lastTick, tickInterval } from './report/tick.js';
import type { MediaSettings } from './settings.js';
import { UpTrack, type UpTrackListener } from './up-track.js';

/** What a publisher tells the host. */
export interface PublisherListener {
  /** The first media packet has come. */
  onStarted(now: number): void;
  onVideoSize(size: VideoSize): void;
  /** Media has stopped coming although the transport lives. */
  onSilent(): void;
  /** `onTime` has something to do sooner than it said, at `due` ms. */
  onDue(due: number): void;
}

/** Packets an audio track keeps: 5 s of 20 ms packets. */
const audioCache = 256;
const reportInterval = 1000;
/** Of all publishers, since one packet is read at a time: what is in use all the time stays in the processor's cache. */
const packet = new RtpPacket();

/** The media half of one publishing peer: its up tracks, the feed they flow into, and the feedback the peer needs. */
export class Publisher implements Timed, UpTrackListener {
  /** In the order of the descriptions; behind them further encodings, as they appear. */
  readonly tracks: UpTrack[];
  readonly feed: Feed;
  /** Packets of a payload type that was not agreed on, or malformed. */
  dropped = 0;
  private readonly recorders: ArrivalRecorder[] = [];
  /** By index of the video track. */
  private readonly keyFrames: (KeyFrameRequester | undefined)[] = [];
  /** By index of the first encoding's track. */
  private readonly groups: (EncodingGroup | null)[];
  private readonly feedback: PublisherFeedback;
  private readonly reader: PublisherRtcp;
  private readonly router: PacketRouter;
  private readonly trip = new RoundTrip();
  /** By transport: id of the transport-wide sequence number extension, 0 for none. */
  private readonly sequenceExtension: number[];
  /** Whether any of them has one. */
  private readonly reportsArrivals: boolean;
  private started = false;
  private closed = false;
  /** When transport-wide feedback is due, ms; `Infinity` where no transport has any. */
  private nextTickAt: number;
  private nextReportAt = 0;
  /** When `onTime` is going to be called, ms; `-Infinity` before its first call, which the host sees to. */
  private dueAt = Number.NEGATIVE_INFINITY;

  private constructor(
    tracks: readonly TrackDescription[],
    caches: readonly PacketCache[],
    private readonly pool: MemoryPool,
    private readonly sinks: readonly PacketSink[],
    ssrc: number,
    cname: Uint8Array,
    private readonly settings: MediaSettings,
    private readonly listener: PublisherListener,
    onPending: (feed: Feed) => void,
  ) {
    this.tracks = tracks.map((track, index) => this.makeTrack(index, track, caches[index] as PacketCache));
    let indexes = tracks.length;
    this.groups = this.tracks.map((first) => {
      const group = this.makeGroup(first, indexes);
      indexes += group ? group.indexes.length - 1 : 0;
      return group;
    });
    this.feed = new Feed(this.tracks, onPending);
    this.feedback = new PublisherFeedback(this.tracks, sinks, ssrc, cname, this.trip);
    this.reader = new PublisherRtcp(this.tracks, ssrc, this.trip);
    this.router = new PacketRouter([...this.tracks], sinks.length);
    this.sequenceExtension = sinks.map((_, transport) => {
      const carrying = tracks.filter((track) => track.transport === transport && track.feedback.transportCc);
      const extension = carrying
        .flatMap((track) => track.extensions)
        .find(({ uri }) => uri === transportWideCcUri);
      return extension?.id ?? 0;
    });
    for (const _ of sinks) this.recorders.push(new ArrivalRecorder());
    this.reportsArrivals = this.sequenceExtension.some((id) => id !== 0);
    this.nextTickAt = this.reportsArrivals ? 0 : Number.POSITIVE_INFINITY;
  }

  /**
   * @param sinks one a transport, as the descriptions index them
   * @param ssrc of the server's own reports
   * @param cname of the server in them, ASCII (RFC 3550 section 6.5.1)
   * @returns null when the memory for its packet caches is exhausted
   */
  static create(
    tracks: readonly TrackDescription[],
    sinks: readonly PacketSink[],
    pool: MemoryPool,
    ssrc: number,
    cname: Uint8Array,
    settings: MediaSettings,
    listener: PublisherListener,
    onPending: (feed: Feed) => void,
  ): Publisher | null {
    const caches: PacketCache[] = [];
    for (const track of tracks) {
      const capacity = track.kind === 'video' ? settings.packetCache : audioCache;
      const primaries = PrimaryBlocks.create(track, capacity);
      const cache = PacketCache.create(pool, capacity, track.extensions, primaries);
      if (!cache) {
        for (const made of caches) made.release();
        return null;
      }
      caches.push(cache);
    }
    return new Publisher(tracks, caches, pool, sinks, ssrc, cname, settings, listener, onPending);
  }

  get keyFrameRequests(): number {
    return this.keyFrames.reduce((sum, requester) => sum + (requester?.sent ?? 0), 0);
  }

  /** Round trip to the publisher as it echoes our time, ms; 0 while it has not. */
  get measuredRoundTrip(): number {
    return this.trip.measuredMs;
  }

  /** Starts the clock of what is due at fixed intervals. */
  onConnected(now: number): void {
    this.nextReportAt = lastTick(now) + reportInterval;
    for (const track of this.tracks) track.lastPacketAt = now;
  }

  /** Takes a decrypted RTP packet that came over a transport, and lies in the memory that caches come from. */
  onRtp(transport: number, offset: number, length: number, now: number): void {
    if (!packet.parse(this.pool, offset, length)) {
      this.dropped += 1;
      return;
    }
    if (this.reportsArrivals) this.recordArrival(transport, now);
    const track = this.router.receive(transport, packet, now);
    if (track === null) {
      this.dropped += 1;
      return;
    }
    const { slot } = this.router;
    if (slot < 0) return;
    const { nack } = track;
    if (nack !== null && nack.size > 0 && nack.due < this.dueAt) this.bringForward(nack.due);
    this.feed.append(track, slot, now);
    if (!this.started) {
      this.started = true;
      this.listener.onStarted(now);
    }
  }

  /** Takes a decrypted compound RTCP packet. */
  onRtcp(transport: number, offset: number, length: number, now: number): void {
    const sink = this.sinks[transport];
    this.reader.now = now;
    if (!sink || !readRtcp(sink.memory, offset, length, this.reader)) this.dropped += 1;
  }

  /**
   * A viewer, or the server itself, needs a key frame.
   * @param track of which; null for each that there is
   */
  requestKeyFrame(now: number, track: UpTrack | null = null): void {
    if (this.closed) return;
    if (track) this.keyFrames[track.index]?.wish(now);
    else for (const requester of this.keyFrames) requester?.wish(now);
    const due = this.keyFramesDue(now);
    if (due < this.dueAt) this.bringForward(due);
  }

  onKeyFrame(track: UpTrack): void {
    this.keyFrames[track.index]?.fulfilled();
  }

  /** The stream is as large as the largest encoding that is being sent. */
  onSize(track: UpTrack): void {
    track.encodings?.refresh(track.lastPacketAt);
    if (!track.encodings || track.encodings.lead === track) this.listener.onVideoSize(track.size);
  }

  onBroken(track: UpTrack): void {
    this.requestKeyFrame(track.lastPacketAt, track);
  }

  /** Gives the readers what came before the track was started anew, while it still lies in the cache. */
  onRestart(_track: UpTrack, now: number): void {
    this.feed.flush(now);
  }

  onTime(now: number): number {
    for (const requester of this.keyFrames) requester?.onTime(now);
    let due = this.keyFramesDue(now);
    for (const track of this.tracks) due = Math.min(due, this.feedback.requestMissing(track, now));
    if (now >= this.nextTickAt) {
      this.nextTickAt = lastTick(now) + tickInterval;
      this.reportArrivals();
    }
    if (now >= this.nextReportAt) {
      this.nextReportAt = lastTick(now) + reportInterval;
      this.feedback.report(now);
      this.checkActivity(now);
      this.checkEncodings(now);
    }
    this.dueAt = Math.min(due, this.nextTickAt, this.nextReportAt);
    return this.dueAt;
  }

  /** Ends the feed: viewers that still stand on it get nothing more, and what they ask for is not found. */
  close(): void {
    this.closed = true;
    this.feed.discard();
    for (const track of this.tracks) track.cache.release();
  }

  private bringForward(due: number): void {
    this.dueAt = due;
    this.listener.onDue(due);
  }

  /** When requests for key frames are to be looked after, ms: a moment later at the soonest, since one may not have room. */
  private keyFramesDue(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const requester of this.keyFrames) if (requester) due = Math.min(due, requester.due);
    return Math.max(due, now + tickInterval);
  }

  private recordArrival(transport: number, now: number): void {
    const value = packet.findExtension(this.sequenceExtension[transport] as number);
    if (value >= 0 && packet.elementLength === 2)
      this.recorders[transport]?.record(packet.memory.view.getUint16(value), now);
  }

  private reportArrivals(): void {
    for (let transport = 0; transport < this.sinks.length; transport += 1) {
      if (this.sequenceExtension[transport] === 0) continue;
      this.feedback.reportArrivals(transport, this.recorders[transport] as ArrivalRecorder);
    }
  }

  private makeTrack(index: number, description: TrackDescription, cache: PacketCache): UpTrack {
    const { keyFrameRequestInterval, fastStart, fastStartMaxAge } = this.settings;
    const track = new UpTrack(index, description, cache, this, fastStart ? fastStartMaxAge : 0);
    if (track.isVideo) {
      const ask = () => this.feedback.requestKeyFrame(track);
      this.keyFrames[index] = new KeyFrameRequester(keyFrameRequestInterval, ask);
    }
    return track;
  }

  /** @param next first index that is free for further encodings */
  private makeGroup(first: UpTrack, next: number): EncodingGroup | null {
    const { description, index } = first;
    const { encodings, extensions } = description;
    const extension = extensions.find(({ uri }) => uri === rtpStreamIdUri);
    if (encodings.length === 0 || !extension) return null;
    const indexes = encodings.map((_, place) => (place === 0 ? index : next + place - 1));
    const group = new EncodingGroup(encodings, extension.id, indexes, first, (free) => {
      const cache = this.closed ? null : PacketCache.create(this.pool, this.settings.packetCache, extensions);
      if (!cache) return null;
      const track = this.makeTrack(free, description, cache);
      track.encodings = group;
      this.tracks.push(track);
      return track;
    });
    first.encodings = group;
    return group;
  }

  /** A larger encoding has come, or the largest is not sent any more. */
  private checkEncodings(now: number): void {
    for (const group of this.groups) {
      if (group?.refresh(now) && group.lead.size.width > 0) this.listener.onVideoSize(group.lead.size);
    }
  }

  private checkActivity(now: number): void {
    const silent = this.tracks.every(
      ({ lastPacketAt }) => now - lastPacketAt > this.settings.rtpActivityTimeout,
    );
    if (silent) this.listener.onSilent();
  }
}
