import type { Timed } from '../kit/index.js';
import { compactNtp, writeSdesCname, writeSenderReport } from '../rtp/index.js';
import type { DownTrackDescription } from './description.js';
import { DownTrack } from './down-track.js';
import type { Feed, FeedReader, PacketBatch } from './feed.js';
import { LossDelay } from './header/loss-delay.js';
import { LayeredDownTrack } from './layers/layered-down-track.js';
import { NackReader } from './nack/nack-reader.js';
import type { PacketSink } from './packet-sink.js';
import { RedundantDownTrack } from './redundancy/redundant-down-track.js';
import { LossWindow } from './report/loss-window.js';
import type { ClockReading } from './report/media-clock.js';
import { RoundTrip } from './report/round-trip.js';
import { readSourceClock } from './report/source-clock.js';
import { lastTick } from './report/tick.js';
import type { UpTrack } from './up-track.js';

/** What a viewer tells the host. */
export interface ViewerListener {
  /** The first packet has gone out. */
  onStarted(now: number): void;
  /** The viewer cannot go on, or not to where it is to, without a key frame of this up track. */
  onKeyFrameNeeded(now: number, up: UpTrack): void;
}

const reportInterval = 1000;
/** A sender report and the longest name there is. */
const reportSize = 28 + 268;
/** Packets that one RTCP packet has us look for at most; a viewer that misses more asks again. */
const maxAsked = 256;

/** How a track is sent that may come in layers, with redundancy, or as it is. */
function trackClass(up: UpTrack): typeof DownTrack {
  if (LayeredDownTrack.suits(up)) return LayeredDownTrack;
  return RedundantDownTrack.suits(up) ? RedundantDownTrack : DownTrack;
}

/** The media half of one playing peer: a reader of the feed, with a down track for each track it watches. */
export class Viewer extends NackReader<DownTrack> implements FeedReader, Timed {
  readonly tracks: readonly DownTrack[];
  /** Packets lost on the way to the viewer, as it reports. */
  lost = 0;
  /** Key frames the viewer asked for. */
  keyFramesAsked = 0;
  /** What the viewer estimates it can receive, bit/s; 0 while unknown. */
  estimate = 0;
  dropped = 0;
  /** From the first packet until a whole picture had been sent, or 0 for sound alone, ms; -1 before that. */
  firstFrameAfter = -1;
  /** By index of the publisher's track. */
  private readonly bySource: (DownTrack | undefined)[] = [];
  /** What that said last: packets come in bursts, and with many streams a look into a table is a long way. */
  private lastSource = -1;
  private lastTrack: DownTrack | null = null;
  private readonly reading: ClockReading = { ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 };
  private readonly lostBySource: number[] = [];
  private readonly trip = new RoundTrip();
  private readonly losses = new LossWindow();
  private readonly lossDelay: LossDelay;
  private now = 0;
  /** When the first packet went, ms; -1 before. */
  private startedAt = -1;
  private nextReportAt = 0;

  /**
   * @param sinks one a transport, as the descriptions index them
   * @param firstIndex where outgoing numbering starts, 0 to 32767; unpredictable to outsiders
   * @param cname for SDES, ASCII (RFC 3550 section 6.5.1)
   * @param maxLossDelay most that it is asked to hold the picture back when it loses packets, ms; 0: never
   */
  constructor(
    private readonly feed: Feed,
    descriptions: readonly DownTrackDescription[],
    private readonly sinks: readonly PacketSink[],
    firstIndex: number,
    private readonly cname: Uint8Array,
    private readonly listener: ViewerListener,
    maxLossDelay = 0,
  ) {
    super(maxAsked);
    this.lossDelay = new LossDelay(maxLossDelay);
    this.tracks = descriptions.map((description) => {
      const up = feed.tracks[description.source];
      const sink = sinks[description.transport];
      if (!up || !sink) throw new RangeError('a down track names a source or transport that does not exist');
      return new (trackClass(up))(description, up, sink, firstIndex);
    });
    for (const track of this.tracks) {
      for (const source of track.sources) this.bySource[source] = track;
    }
  }

  /** Round trip to the viewer, ms, from its receiver reports; a guess until the first. */
  get roundTrip(): number {
    return this.trip.ms;
  }

  /** The same as far as it was measured; 0 for not at all. */
  get measuredRoundTrip(): number {
    return this.trip.measuredMs;
  }

  /** Part of the packets that were lost lately, 0 to 1: of its video, or of audio where that is all. */
  get lossRate(): number {
    return this.losses.rate;
  }

  /** The viewer's transports are up: it joins the feed. */
  onConnected(now: number): void {
    this.feed.add(this);
    for (const track of this.tracks) {
      track.choose(now, this.estimate);
      if (track.startInPast(now) && track.up.startGrowsOld(now))
        this.listener.onKeyFrameNeeded(now, track.up);
      else this.wish(track, now);
    }
  }

  read(_feed: Feed, batch: PacketBatch, now: number): void {
    for (let index = 0; index < batch.count; index += 1) {
      const source = batch.tracks[index] as number;
      this.fedBy(source)?.forward(batch.slots[index] as number, now, source);
    }
    if (this.firstFrameAfter < 0) this.noteStart(now);
  }

  /** Takes a decrypted compound RTCP packet. */
  onRtcp(transport: number, offset: number, length: number, now: number): void {
    const sink = this.sinks[transport];
    this.now = now;
    if (!sink || !this.readCompound(sink.memory, offset, length)) this.dropped += 1;
  }

  /** Reports once a second, and catches up more often while there is something to catch up with. */
  onTime(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const track of this.tracks) {
      const wasBehind = track.isBehind;
      next = Math.min(next, track.catchUp(now), track.choose(now, this.estimate));
      if (wasBehind || track.isLayered) this.wish(track, now);
    }
    if (this.firstFrameAfter < 0) this.noteStart(now);
    const reports = now >= this.nextReportAt;
    if (reports) {
      this.nextReportAt = lastTick(now) + reportInterval;
      this.report(now);
      for (const track of this.tracks) this.wish(track, now);
    }
    return Math.min(next, this.nextReportAt);
  }

  close(): void {
    this.feed.remove(this);
  }

  override onPli(_sender: number, mediaSsrc: number): void {
    this.keyFrameAsked(mediaSsrc);
  }

  override onFir(_sender: number, mediaSsrc: number): void {
    this.keyFrameAsked(mediaSsrc);
  }

  override onRemb(_sender: number, bitrate: number): void {
    this.estimate = bitrate;
  }

  override onReportBlock(
    _reporter: number,
    ssrc: number,
    fractionLost: number,
    cumulativeLost: number,
    highest: number,
    _jitter: number,
    lastSenderReport: number,
    delay: number,
  ): void {
    const track = this.bySsrc(ssrc);
    if (!track) return;
    this.lostBySource[track.description.source] = Math.max(0, cumulativeLost);
    this.lost = this.lostBySource.reduce((sum, lost) => sum + lost, 0);
    track.onLoss(fractionLost / 256, this.now);
    const { kind } = track.description;
    if (kind === 'video' || this.tracks.length === 1) this.losses.report(highest, cumulativeLost);
    this.trip.echoed(lastSenderReport, delay, this.now);
    const repeats = kind === 'video' && track.description.feedback.nack;
    if (repeats && this.lossDelay.reported(fractionLost, this.trip.ms))
      track.delayPlayout(this.lossDelay.value);
  }

  protected override resend(track: DownTrack, sequenceNumber: number): void {
    track.resend(sequenceNumber, this.now, this.trip.ms);
  }

  /** Sends a sender report for each track whose clock is known (RFC 3550 section 6.4.1). */
  private report(now: number): void {
    const { reading } = this;
    for (const track of this.tracks) {
      if (track.packets === 0 || !readSourceClock(this.feed.tracks, track.up, now, reading)) continue;
      const sink = this.sinks[track.description.transport] as PacketSink;
      const offset = sink.begin(reportSize);
      if (offset < 0) continue;
      const ssrc = track.description.ssrc;
      let length = writeSenderReport(
        sink.memory,
        offset,
        ssrc,
        reading.ntpSeconds,
        reading.ntpFraction,
        (reading.rtpTimestamp + track.timestampDelta) >>> 0,
        track.packets,
        track.octets,
      );
      length += writeSdesCname(sink.memory, offset + length, ssrc, this.cname);
      sink.sendRtcp(offset, length);
      this.trip.sent(compactNtp(reading.ntpSeconds, reading.ntpFraction), now);
    }
  }

  private fedBy(source: number): DownTrack | null {
    if (source !== this.lastSource) {
      this.lastSource = source;
      this.lastTrack = this.bySource[source] ?? null;
    }
    return this.lastTrack;
  }

  private noteStart(now: number): void {
    if (this.startedAt < 0) {
      if (!this.tracks.some(({ packets }) => packets > 0)) return;
      this.startedAt = now;
      this.report(now);
      this.listener.onStarted(now);
    }
    for (const { description, frames } of this.tracks)
      if (description.kind === 'video' && frames === 0) return;
    this.firstFrameAfter = now - this.startedAt;
  }

  private keyFrameAsked(mediaSsrc: number): void {
    const track = this.bySsrc(mediaSsrc);
    if (track?.description.kind !== 'video') return;
    this.keyFramesAsked += 1;
    this.listener.onKeyFrameNeeded(this.now, track.keyFrameSource ?? track.up);
  }

  private wish({ keyFrameSource }: DownTrack, now: number): void {
    if (keyFrameSource) this.listener.onKeyFrameNeeded(now, keyFrameSource);
  }

  protected override bySsrc(ssrc: number): DownTrack | undefined {
    for (const track of this.tracks) if (track.description.ssrc === ssrc) return track;
    return undefined;
  }
}
