import type { MediaConnection, MediaHandler, OfferedMedia } from '../../client/index.js';
import {
  compactFromMs,
  compactNtp,
  compactToMs,
  NullRtcpHandler,
  ntpFraction,
  ntpSeconds,
  packetizer,
  readRtcp,
} from '../../rtp/index.js';
import type { SourceFrame } from './file-source.js';
import { OutgoingTrack, type ReferenceEcho } from './outgoing-track.js';
import type { PublishPlan } from './plan.js';

const audioType = 111;
const videoType = 96;
const reportInterval = 1000;

/** All that is sent of one stream, and what the server says of it. */
export class OutgoingStream extends NullRtcpHandler {
  readonly tracks: OutgoingTrack[] = [];
  readonly media: OfferedMedia[] = [];
  keyFrameRequests = 0;
  /** ms, by the server's reports; NaN before the first. */
  roundTrip = Number.NaN;
  /** Share of the packets since the report before, of the track that fared worst. */
  fractionLost = 0;
  private timer: NodeJS.Timeout | undefined;
  /** The server's time as it came last, and when; null before. */
  private reference: { asker: number; reference: number; at: number } | null = null;

  constructor(
    private readonly connection: MediaConnection,
    { video, hasAudio }: PublishPlan,
  ) {
    super();
    if (hasAudio) this.add('audio', audioType, 'opus', '/48000/2', 48_000, 'minptime=10;useinbandfec=1');
    if (video) this.add('video', videoType, video.codec, '/90000', 90_000, video.fmtp);
  }

  send({ kind, data, time }: SourceFrame): void {
    this.tracks.find((track) => track.kind === kind)?.send(data, time);
  }

  /** Begins to report. @param time of the media, ms */
  start(time: () => number): void {
    this.timer = setInterval(() => {
      if (Number.isNaN(time())) return;
      const answer = this.answer();
      for (const track of this.tracks) track.report(time(), Date.now(), answer);
    }, reportInterval);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** What the connection is to be given. */
  handler(onLost: (reason: string) => void): MediaHandler {
    return {
      onRtp: () => {},
      onRtcp: (offset, length) => void readRtcp(this.connection.memory, offset, length, this),
      onLost,
    };
  }

  override onNack(_sender: number, mediaSsrc: number, packetId: number, bitmask: number): void {
    const track = this.tracks.find(({ ssrc }) => ssrc === mediaSsrc);
    if (!track) return;
    track.repeat(packetId);
    for (let bit = 0; bit < 16; bit++) if ((bitmask >> bit) & 1) track.repeat((packetId + bit + 1) & 0xffff);
  }

  override onPli(): void {
    this.keyFrameRequests += 1;
  }

  override onFir(): void {
    this.keyFrameRequests += 1;
  }

  override onReportBlock(
    _reporter: number,
    _ssrc: number,
    fractionLost: number,
    _lost: number,
    _highest: number,
    _jitter: number,
    lastReport: number,
    delay: number,
  ): void {
    this.fractionLost = fractionLost / 256;
    if (lastReport === 0) return;
    const now = Date.now();
    const took = (compactNtp(ntpSeconds(now), ntpFraction(now)) - lastReport - delay) | 0;
    this.roundTrip = Math.max(0, took === 0 ? 0 : compactToMs(took));
  }

  override onReceiverReferenceTime(asker: number, seconds: number, fraction: number): void {
    this.reference = { asker, reference: compactNtp(seconds, fraction), at: Date.now() };
  }

  /** What the server measures its round trip with. */
  private answer(): ReferenceEcho | null {
    if (!this.reference) return null;
    const { asker, reference, at } = this.reference;
    return { asker, reference, delay: compactFromMs(Math.max(0, Date.now() - at)) };
  }

  private add(
    kind: 'audio' | 'video',
    payloadType: number,
    codec: string,
    rate: string,
    clockRate: number,
    fmtp: string,
  ): void {
    const cutter = packetizer(codec);
    if (!cutter) return;
    const track = new OutgoingTrack(this.connection, kind, payloadType, clockRate, cutter);
    this.tracks.push(track);
    const format = { payloadType, name: `${codec}${rate}`, ...(fmtp === '' ? {} : { fmtp }) };
    this.media.push({ kind, formats: [format], ssrc: track.ssrc });
  }
}
