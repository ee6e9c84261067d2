import { type Timed, transportWideCcUri } from '../kit/index.js';
import type { VideoSize } from '../rtp/index.js';
import { NullRtcpHandler, RtpPacket, readRtcp } from '../rtp/index.js';
import { ArrivalRecorder } from './bitrate/arrival-recorder.js';
import type { TrackDescription } from './description.js';
import { Feed } from './feed.js';
import { KeyFrameRequester } from './keyframe/key-frame-requester.js';
import { RtxReceiver } from './nack/rtx-receiver.js';
import { PacketCache } from './packet-cache.js';
import type { MemoryPool, PacketSink } from './packet-sink.js';
import { PublisherFeedback } from './publisher-feedback.js';
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
/** Between two turns of a publisher's duties; transport feedback is due this often, ms. */
const tickInterval = 50;
const reportInterval = 1000;

/** The media half of one publishing peer: its up tracks, the feed they flow into, and the feedback the peer needs. */
export class Publisher implements Timed, UpTrackListener {
  readonly tracks: readonly UpTrack[];
  readonly feed: Feed;
  /** Packets of a payload type that was not agreed on, or malformed. */
  dropped = 0;
  private readonly packet = new RtpPacket();
  private readonly recorders: ArrivalRecorder[] = [];
  private readonly keyFrames: KeyFrameRequester;
  private readonly feedback: PublisherFeedback;
  private readonly reader: PublisherRtcp;
  /** By transport, then payload type: index of the track, or -1. */
  private readonly byPayloadType: Int8Array[];
  /** The same of payload types that only repeat (RFC 4588). */
  private readonly byRtxPayloadType: Int8Array[];
  private readonly rtx: readonly RtxReceiver[];
  /** By transport: id of the transport-wide sequence number extension, 0 for none. */
  private readonly sequenceExtension: number[];
  private started = false;
  private closed = false;
  private nextTickAt = 0;
  private nextReportAt = 0;
  /** When `onTime` is going to be called, ms. */
  private dueAt = Number.POSITIVE_INFINITY;

  private constructor(
    tracks: readonly TrackDescription[],
    caches: readonly PacketCache[],
    private readonly sinks: readonly PacketSink[],
    ssrc: number,
    cname: Uint8Array,
    private readonly settings: MediaSettings,
    private readonly listener: PublisherListener,
    onPending: (feed: Feed) => void,
  ) {
    const maxAge = settings.fastStart ? settings.fastStartMaxAge : 0;
    this.tracks = tracks.map(
      (track, index) => new UpTrack(index, track, caches[index] as PacketCache, this, maxAge),
    );
    this.feed = new Feed(this.tracks, onPending);
    this.feedback = new PublisherFeedback(this.tracks, sinks, ssrc, cname);
    this.keyFrames = new KeyFrameRequester(settings.keyFrameRequestInterval, () =>
      this.feedback.requestKeyFrame(),
    );
    this.reader = new PublisherRtcp(this.tracks);
    this.rtx = this.tracks.map((track) => new RtxReceiver(track));
    const tables = (payloadTypeOf: (track: TrackDescription) => number | null) =>
      sinks.map((_, transport) => tableOf(tracks, transport, payloadTypeOf));
    this.byPayloadType = tables(({ codec }) => codec.payloadType);
    this.byRtxPayloadType = tables(({ rtxPayloadType }) => rtxPayloadType);
    this.sequenceExtension = sinks.map((_, transport) => {
      const carrying = tracks.filter((track) => track.transport === transport && track.feedback.transportCc);
      const extension = carrying
        .flatMap((track) => track.extensions)
        .find(({ uri }) => uri === transportWideCcUri);
      return extension?.id ?? 0;
    });
    for (const _ of sinks) this.recorders.push(new ArrivalRecorder());
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
      const cache = PacketCache.create(
        pool,
        track.kind === 'video' ? settings.packetCache : audioCache,
        track.extensions,
      );
      if (!cache) {
        for (const made of caches) made.release();
        return null;
      }
      caches.push(cache);
    }
    return new Publisher(tracks, caches, sinks, ssrc, cname, settings, listener, onPending);
  }

  get keyFrameRequests(): number {
    return this.keyFrames.sent;
  }

  /** Starts the clock of what is due at fixed intervals. */
  onConnected(now: number): void {
    this.nextReportAt = now + reportInterval;
    for (const track of this.tracks) track.lastPacketAt = now;
  }

  /** Takes a decrypted RTP packet that came over a transport. */
  onRtp(transport: number, offset: number, length: number, now: number): void {
    const packet = this.packet;
    const sink = this.sinks[transport];
    if (!sink || !packet.parse(sink.memory, offset, length)) {
      this.dropped += 1;
      return;
    }
    const extensionId = this.sequenceExtension[transport] as number;
    if (extensionId !== 0) {
      const value = packet.findExtension(extensionId);
      if (value >= 0 && packet.elementLength === 2) {
        this.recorders[transport]?.record(sink.memory.view.getUint16(value), now);
      }
    }
    let index = this.byPayloadType[transport]?.[packet.payloadType] ?? -1;
    let slot: number;
    if (index >= 0) {
      slot = (this.tracks[index] as UpTrack).receive(packet, now);
    } else {
      index = this.byRtxPayloadType[transport]?.[packet.payloadType] ?? -1;
      if (index < 0) {
        this.dropped += 1;
        return;
      }
      slot = (this.rtx[index] as RtxReceiver).receive(packet, now);
    }
    if (slot < 0) return;
    const { nack } = this.tracks[index] as UpTrack;
    if (nack !== null && nack.due < this.dueAt) {
      this.dueAt = nack.due;
      this.listener.onDue(this.dueAt);
    }
    this.feed.append(index, slot, now);
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

  /** A viewer, or the server itself, needs a key frame. */
  requestKeyFrame(now: number): void {
    if (!this.closed) this.keyFrames.wish(now);
  }

  onKeyFrame(): void {
    this.keyFrames.fulfilled();
  }

  onSize(track: UpTrack): void {
    this.listener.onVideoSize(track.size);
  }

  onBroken(track: UpTrack): void {
    this.requestKeyFrame(track.lastPacketAt);
  }

  /** Gives the readers what came before the track was started anew, while it still lies in the cache. */
  onRestart(_track: UpTrack, now: number): void {
    this.feed.flush(now);
  }

  onTime(now: number): number {
    this.keyFrames.onTime(now);
    let due = Number.POSITIVE_INFINITY;
    for (const track of this.tracks) due = Math.min(due, this.feedback.requestMissing(track, now));
    if (now >= this.nextTickAt) {
      this.nextTickAt = now + tickInterval;
      this.reportArrivals();
    }
    if (now >= this.nextReportAt) {
      this.nextReportAt = now + reportInterval;
      this.feedback.report(now);
      this.checkActivity(now);
    }
    this.dueAt = Math.min(due, this.nextTickAt);
    return this.dueAt;
  }

  /** Ends the feed: viewers that still stand on it get nothing more, and what they ask for is not found. */
  close(): void {
    this.closed = true;
    this.feed.discard();
    for (const track of this.tracks) track.cache.release();
  }

  private reportArrivals(): void {
    for (let transport = 0; transport < this.sinks.length; transport += 1) {
      if (this.sequenceExtension[transport] === 0) continue;
      this.feedback.reportArrivals(transport, this.recorders[transport] as ArrivalRecorder);
    }
  }

  private checkActivity(now: number): void {
    const silent = this.tracks.every(
      ({ lastPacketAt }) => now - lastPacketAt > this.settings.rtpActivityTimeout,
    );
    if (silent) this.listener.onSilent();
  }
}

/** The tracks of one transport by payload type: their index, or -1. */
function tableOf(
  tracks: readonly TrackDescription[],
  transport: number,
  payloadTypeOf: (track: TrackDescription) => number | null,
): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (const [index, track] of tracks.entries()) {
    const payloadType = payloadTypeOf(track);
    if (track.transport === transport && payloadType !== null) table[payloadType] = index;
  }
  return table;
}

/** Reads what the publisher's RTCP tells of its tracks. */
class PublisherRtcp extends NullRtcpHandler {
  now = 0;

  constructor(private readonly tracks: readonly UpTrack[]) {
    super();
  }

  override onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void {
    for (const track of this.tracks) {
      if (track.ssrc === ssrc) track.senderReport(ntpSeconds, ntpFraction, rtpTimestamp, this.now);
    }
  }
}
