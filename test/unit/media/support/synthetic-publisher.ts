import { type Memory, memoryOf, type Timed } from '../../../../src/kit/index.js';
import {
  compactFromMs,
  compactNtp,
  NullRtcpHandler,
  ntpFraction,
  ntpSeconds,
  readRtcp,
  writeDelaySinceLastReference,
  writeSenderReport,
} from '../../../../src/rtp/index.js';
import { random } from '../../rtp/support.js';
import { audio, deltaPayload, rtxOf, video, videoRtxSsrc } from './packets.js';
import { picture, TrackSource } from './track-source.js';

const frameInterval = 1000 / 30;
const audioInterval = 20;
const reportInterval = 1000;
/** What the publisher's wall clock shows at its beginning, Unix time in ms. */
export const wallClock = 1_800_000_000_000;

export interface SyntheticPublisherOptions {
  readonly seed: number;
  /** Between key frames that nobody asked for, ms; never by default, but for the first frame. */
  readonly keyInterval?: number;
  /** After which it sends no more media, ms; it still answers. */
  readonly until?: number;
  /** Packets of a frame that is not a key frame, at most. */
  readonly mostPackets?: number;
  /** Packets of a key frame. */
  readonly keyPackets?: number;
  /** When it begins to send reports, ms; at once by default. */
  readonly reportsFrom?: number;
  /** Whether it repeats its video as RTX. */
  readonly rtx?: boolean;
}

/**
 * A publishing peer: video of 30 pictures a second and audio of 20 ms packets, both with sequence numbers and
 * timestamps that soon wrap. Answers NACK from all it has sent and PLI or FIR with a key frame; sends reports.
 */
export class SyntheticPublisher extends NullRtcpHandler implements Timed {
  video: TrackSource;
  audio: TrackSource;
  /** When a PLI or FIR came, ms. */
  readonly keyFramesAskedAt: number[] = [];
  nacked = 0;
  /** While true it takes no pictures and no sound, though its clocks run on. */
  paused = false;
  repeated = 0;
  /** Transport-wide numbers that feedback has said to have arrived. */
  readonly arrived = new Set<number>();
  private readonly next: () => number;
  private readonly startedAt: number;
  private readonly scratch: Memory = memoryOf(new Uint8Array(64));
  private frames = 0;
  private samples = 0;
  private reports = 0;
  private keyWanted = true;
  private nextKeyAt: number;
  private transportSequence = 65_000;
  private rtxSequence = 65_530;
  private now = 0;
  /** The receiver's time as it came last. */
  private reference = { ssrc: 0, compact: 0, at: 0 };
  private starts = 0;

  constructor(
    private readonly options: SyntheticPublisherOptions,
    now: number,
    private readonly send: (bytes: Uint8Array, now: number) => void,
  ) {
    super();
    this.next = random(options.seed);
    this.startedAt = now;
    this.nextKeyAt = now + (options.keyInterval ?? Number.POSITIVE_INFINITY);
    this.video = this.source(video);
    this.audio = this.source(audio);
  }

  onTime(now: number): number {
    this.now = now;
    const { keyInterval = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY } = this.options;
    if (now < until) {
      if (now >= this.nextKeyAt) {
        this.keyWanted = true;
        this.nextKeyAt += keyInterval;
      }
      if (now >= this.nextPictureAt) this.sendPicture(now);
      if (now >= this.nextAudioAt) this.sendAudio(now);
    }
    if (now >= this.nextReportAt) this.sendReports(now);
    return now < until
      ? Math.min(this.nextPictureAt, this.nextAudioAt, this.nextReportAt)
      : this.nextReportAt;
  }

  private get nextPictureAt(): number {
    return this.startedAt + this.frames * frameInterval;
  }

  private get nextAudioAt(): number {
    return this.startedAt + this.samples * audioInterval;
  }

  private get nextReportAt(): number {
    return this.startedAt + 200 + this.reports * reportInterval;
  }

  onRtcp(bytes: Uint8Array, now: number): void {
    this.now = now;
    if (!readRtcp(memoryOf(bytes), 0, bytes.length, this)) throw new Error('malformed RTCP to the publisher');
  }

  /** Starts both tracks anew under other SSRCs, numbers and timestamps. */
  restart(): void {
    this.starts += 1;
    this.video = this.source(video);
    this.audio = this.source(audio);
    this.keyWanted = true;
  }

  override onNack(_sender: number, ssrc: number, packetId: number, bitmask: number): void {
    this.repeat(ssrc, packetId);
    for (let bit = 0; bit < 16; bit += 1)
      if (bitmask & (1 << bit)) this.repeat(ssrc, (packetId + bit + 1) & 0xffff);
  }

  override onPli(_sender: number, ssrc: number): void {
    if (ssrc !== this.video.options.ssrc) return;
    this.keyFramesAskedAt.push(this.now);
    this.keyWanted = true;
  }

  override onTransportFeedbackPacket(sequence: number, received: boolean): void {
    if (received) this.arrived.add(sequence);
  }

  override onReceiverReferenceTime(ssrc: number, seconds: number, fraction: number): void {
    this.reference = { ssrc, compact: compactNtp(seconds, fraction), at: this.now };
  }

  private source({ kind, codec }: typeof video): TrackSource {
    const turn = this.starts * 0x101;
    return new TrackSource({
      ssrc: (kind === 'video' ? 0xbead_0001 : 0xbead_0002) + turn,
      payloadType: codec.payloadType,
      clockRate: codec.clockRate,
      firstSequence: kind === 'video' ? 65_400 + turn : 65_500 - turn,
      firstTimestamp: kind === 'video' ? 2 ** 32 - 270_000 : 2 ** 32 - 48_000 - turn,
    });
  }

  private sendPicture(now: number): void {
    const elapsed = this.frames * frameInterval;
    this.frames += 1;
    if (this.paused) return;
    const key = this.keyWanted;
    this.keyWanted = false;
    const { mostPackets = 6, keyPackets = 12 } = this.options;
    const count = key ? keyPackets : 1 + Math.floor(this.next() * mostPackets);
    const sizes = Array.from({ length: count }, () => 100 + Math.floor(this.next() * 1000));
    const payloads = picture(key, sizes, this.video.packets.length);
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      this.send(this.video.next(elapsed, marker, this.number(), payload), now);
    }
  }

  private sendAudio(now: number): void {
    const elapsed = this.samples * audioInterval;
    this.samples += 1;
    if (this.paused) return;
    const payload = deltaPayload(this.audio.packets.length, 60 + Math.floor(this.next() * 60));
    this.send(this.audio.next(elapsed, false, this.number(), payload), now);
  }

  private sendReports(now: number): void {
    this.reports += 1;
    if (now < (this.options.reportsFrom ?? 0)) return;
    const elapsed = now - this.startedAt;
    const clock = wallClock + elapsed;
    for (const source of [this.video, this.audio]) {
      const { ssrc: own } = source.options;
      const { ssrc, compact, at } = this.reference;
      let length = writeSenderReport(
        this.scratch,
        0,
        own,
        ntpSeconds(clock),
        ntpFraction(clock),
        source.timestampAt(elapsed),
        source.packets.length,
        source.octets,
      );
      if (ssrc !== 0) {
        const delay = compactFromMs(now - at);
        length += writeDelaySinceLastReference(this.scratch, length, own, ssrc, compact, delay);
      }
      this.send(this.scratch.u8.slice(0, length), now);
    }
  }

  private repeat(ssrc: number, sequenceNumber: number): void {
    this.nacked += 1;
    for (const source of [this.video, this.audio]) {
      const bytes = source.options.ssrc === ssrc ? source.again(sequenceNumber, this.number()) : null;
      if (!bytes) continue;
      this.repeated += 1;
      const asRtx = this.options.rtx && source === this.video;
      this.send(
        asRtx ? rtxOf(bytes, { sequence: this.nextRtx(), ssrc: videoRtxSsrc + this.starts }) : bytes,
        this.now,
      );
    }
  }

  private nextRtx(): number {
    this.rtxSequence = (this.rtxSequence + 1) & 0xffff;
    return this.rtxSequence;
  }

  private number(): number {
    const number = this.transportSequence;
    this.transportSequence = (number + 1) & 0xffff;
    return number;
  }
}
