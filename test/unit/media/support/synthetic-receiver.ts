import { memoryOf, type Timed } from '../../../../src/kit/index.js';
import {
  compactFromMs,
  compactNtp,
  isRtcp,
  NullRtcpHandler,
  readRtcp,
  writeNack,
  writeReceiverReport,
} from '../../../../src/rtp/index.js';
import { downAudioSsrc, downRtxSsrc, downVideoSsrc, originalOf, parsed, video } from './packets.js';
import { ReceivedTrack } from './received-track.js';
import { pli } from './rtcp.js';

const ownSsrc = 0xca11_0002;
const tick = 10;
const reportInterval = 1000;
const pliInterval = 200;
const keyFrameLead = 24;

/**
 * A playing peer: asks for what it misses until it comes or is too old, reports what it receives, and asks for key
 * frames, impatiently, when a packet of video is lost for good.
 */
export class SyntheticReceiver extends NullRtcpHandler implements Timed {
  readonly video = new ReceivedTrack(downVideoSsrc);
  readonly audio = new ReceivedTrack(downAudioSsrc);
  plis = 0;
  nacks = 0;
  /** Packets that came as RTX, their own numbers in order of arrival. */
  readonly rtx: number[] = [];
  /** RTP of an SSRC or payload type that was not promised. */
  strange = 0;
  private readonly scratch = memoryOf(new Uint8Array(4096));
  private nextReportAt = 0;
  private lastPliAt = Number.NEGATIVE_INFINITY;
  private lostBefore = 0;
  private broken = false;
  private now = 0;

  /** @param roundTrip to the server, ms: how long it waits before it asks again */
  constructor(
    private readonly roundTrip: number,
    private readonly send: (bytes: Uint8Array, now: number) => void,
  ) {
    super();
  }

  get tracks(): readonly ReceivedTrack[] {
    return [this.video, this.audio];
  }

  receive(datagram: Uint8Array, now: number): void {
    let bytes = datagram;
    this.now = now;
    const memory = memoryOf(bytes);
    if (isRtcp(memory, 0, bytes.length)) {
      if (!readRtcp(memory, 0, bytes.length, this)) throw new Error('malformed RTCP to the viewer');
      return;
    }
    let packet = parsed(bytes);
    if (packet.ssrc === downRtxSsrc) {
      this.rtx.push(packet.sequenceNumber);
      bytes = originalOf(bytes, downVideoSsrc, video.codec.payloadType - 6);
      packet = parsed(bytes);
    }
    const track = this.tracks.find(({ ssrc }) => ssrc === packet.ssrc);
    if (!track) {
      this.strange += 1;
      return;
    }
    track.receive(bytes, packet.sequenceNumber, now);
    if (track === this.video && bytes[packet.payloadOffset] === keyFrameLead) this.broken = false;
  }

  onTime(now: number): number {
    for (const track of this.tracks) {
      const asked = track.toAsk(now, Math.max(30, this.roundTrip + 15));
      this.nacks += asked.length;
      if (asked.length === 0) continue;
      const length = writeNack(this.scratch, 0, ownSsrc, track.ssrc, asked, asked.length);
      this.send(this.scratch.u8.slice(0, length), now);
    }
    if (this.video.lost > this.lostBefore) {
      this.lostBefore = this.video.lost;
      this.broken = true;
    }
    if (this.broken && now - this.lastPliAt >= pliInterval) this.askForKeyFrame(now);
    if (now >= this.nextReportAt) {
      this.nextReportAt = now + reportInterval;
      this.report(now);
    }
    return now + tick;
  }

  askForKeyFrame(now: number): void {
    this.lastPliAt = now;
    this.plis += 1;
    this.send(pli(this.video.ssrc), now);
  }

  override onSenderReport(ssrc: number, seconds: number, fraction: number, rtpTimestamp: number): void {
    for (const track of this.tracks) {
      if (track.ssrc !== ssrc) continue;
      track.lastSenderReport = compactNtp(seconds, fraction);
      track.senderReportAt = this.now;
      track.clock = { ntp: seconds + fraction / 2 ** 32, rtp: rtpTimestamp };
    }
  }

  private report(now: number): void {
    const blocks = this.tracks
      .filter(({ highest }) => highest >= 0)
      .map(({ ssrc, lost, highest, lastSenderReport, senderReportAt }) => ({
        ssrc,
        fractionLost: 0,
        cumulativeLost: lost,
        highestSequence: highest >>> 0,
        jitter: 0,
        lastSenderReport,
        delaySinceLastSenderReport: lastSenderReport === 0 ? 0 : compactFromMs(now - senderReportAt),
      }));
    if (blocks.length === 0) return;
    const length = writeReceiverReport(this.scratch, 0, ownSsrc, blocks, blocks.length);
    this.send(this.scratch.u8.slice(0, length), now);
  }
}
