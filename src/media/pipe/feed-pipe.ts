import type { Timed } from '../../kit/index.js';
import { pipeReceiver, writeSenderReport } from '../../rtp/index.js';
import type { Feed, FeedReader, PacketBatch } from '../feed.js';
import { NackReader } from '../nack/nack-reader.js';
import type { PacketSink } from '../packet-sink.js';
import type { ClockReading } from '../report/media-clock.js';
import { readSourceClock } from '../report/source-clock.js';
import type { UpTrack } from '../up-track.js';
import { PipedTrack } from './piped-track.js';

const reportInterval = 1000;
const reportSize = 28;
/** Packets that one RTCP packet has us look for at most; the far side asks again. */
const maxAsked = 512;

/** What a pipe tells the host. */
export interface PipeListener {
  /** The far side needs a key frame of this up track. */
  onKeyFrameNeeded(now: number, up: UpTrack): void;
}

/**
 * A stream on its way to another media process: a reader of the feed that passes on every track and encoding, repeats what
 * the far side misses, and tells it the publisher's clocks. There a `Publisher` of `pipedDescriptions` takes it in.
 */
export class FeedPipe extends NackReader<PipedTrack> implements FeedReader, Timed {
  /** Malformed RTCP. */
  dropped = 0;
  /** By index of the up track. */
  private readonly tracks: (PipedTrack | undefined)[] = [];
  private readonly reading: ClockReading = { ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 };
  private nextReportAt = 0;
  private now = 0;

  /** @param tag of the pipe, which its SSRCs have in front */
  constructor(
    private readonly feed: Feed,
    private readonly tag: number,
    private readonly sink: PacketSink,
    private readonly listener: PipeListener,
  ) {
    super(maxAsked);
  }

  /** Joins the feed. `onTime` is to be called at the end of this turn of the loop. */
  start(now: number): void {
    this.feed.add(this);
    for (const up of this.feed.tracks) {
      if (this.trackAt(up.index)?.startInPast(now) && up.startGrowsOld(now))
        this.listener.onKeyFrameNeeded(now, up);
    }
  }

  read(_feed: Feed, batch: PacketBatch, now: number): void {
    for (let index = 0; index < batch.count; index += 1) {
      const track = this.trackAt(batch.tracks[index] as number);
      if (!track) continue;
      track.forward(batch.slots[index] as number);
      if (!track.reported) this.report(track, now);
    }
  }

  onRtcp(offset: number, length: number, now: number): void {
    this.now = now;
    if (!this.readCompound(this.sink.memory, offset, length)) this.dropped += 1;
  }

  onTime(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const track of this.tracks) if (track) next = Math.min(next, track.sendPast(now));
    if (now >= this.nextReportAt) {
      this.nextReportAt = now + reportInterval;
      for (const track of this.tracks) if (track) this.report(track, now);
    }
    return Math.min(next, this.nextReportAt);
  }

  close(): void {
    this.feed.remove(this);
  }

  override onPli(_sender: number, mediaSsrc: number): void {
    const up = this.bySsrc(mediaSsrc)?.up;
    if (up?.isVideo) this.listener.onKeyFrameNeeded(this.now, up);
  }

  protected override resend(track: PipedTrack, sequenceNumber: number): void {
    track.resend(sequenceNumber);
  }

  /** Sends a sender report (RFC 3550 section 6.4.1), once the track's clock is known. */
  private report(track: PipedTrack, now: number): void {
    const { reading, sink } = this;
    if (track.packets === 0 || !readSourceClock(this.feed.tracks, track.up, now, reading)) return;
    const offset = sink.begin(reportSize);
    if (offset < 0) return;
    const { ntpSeconds, ntpFraction, rtpTimestamp } = reading;
    const { ssrc, packets, octets } = track;
    const { memory } = sink;
    sink.sendRtcp(
      offset,
      writeSenderReport(memory, offset, ssrc, ntpSeconds, ntpFraction, rtpTimestamp >>> 0, packets, octets),
    );
    track.reported = true;
  }

  /** Further encodings come up while the pipe is open. */
  private trackAt(index: number): PipedTrack | undefined {
    if (index >= pipeReceiver) return undefined;
    return this.tracks[index] ?? this.addTrack(index);
  }

  private addTrack(index: number): PipedTrack | undefined {
    const { tracks } = this.feed;
    const up = tracks.find((one) => one.index === index);
    if (!up) return undefined;
    const place = tracks.findIndex(({ description }) => description === up.description);
    const track = new PipedTrack(up, place, this.tag, this.sink);
    this.tracks[index] = track;
    return track;
  }

  protected override bySsrc(ssrc: number): PipedTrack | undefined {
    for (const track of this.tracks) if (track?.ssrc === ssrc) return track;
    return undefined;
  }
}
