import type { Memory } from '../kit/index.js';
import {
  compactNtp,
  ntpFraction,
  ntpSeconds,
  writeFir,
  writeNack,
  writePli,
  writeReceiverReferenceTime,
  writeReceiverReport,
  writeRemb,
  writeSdesCname,
} from '../rtp/index.js';
import type { ArrivalRecorder } from './bitrate/arrival-recorder.js';
import type { PacketSink } from './packet-sink.js';
import { CompoundHead } from './report/compound-head.js';
import type { ReceptionReport } from './report/reception.js';
import type { RoundTrip } from './report/round-trip.js';
import type { UpTrack } from './up-track.js';

/** Room for one feedback packet; what does not fit waits for the next turn. */
const maxPacketSize = 1200;
/** Sequence numbers one NACK packet asks for at most. */
const maxNacks = 128;

/** Writes everything a publisher needs to hear by RTCP: reports, NACK, PLI or FIR, REMB, transport-wide feedback. */
export class PublisherFeedback {
  private readonly missing = new Uint16Array(maxNacks);
  private readonly blocks: ReceptionReport[] = [];
  private readonly head: CompoundHead;
  private firSequence = 0;

  /**
   * @param ssrc of the server in these packets
   * @param cname of the server, ASCII (RFC 3550 section 6.5.1)
   */
  constructor(
    private readonly tracks: readonly UpTrack[],
    private readonly sinks: readonly PacketSink[],
    private readonly ssrc: number,
    private readonly cname: Uint8Array,
    private readonly trip: RoundTrip,
  ) {
    this.head = new CompoundHead(ssrc, cname);
  }

  /**
   * Asks a video track for a key frame: PLI where agreed (RFC 4585 section 6.3.1), else FIR (RFC 5104 section 4.3.1).
   * @returns false when it could not be asked
   */
  requestKeyFrame(track: UpTrack): boolean {
    const { pli, fir } = track.description.feedback;
    const sink = this.sinkOf(track);
    if (track.ssrc < 0 || !(pli || fir)) return false;
    const offset = sink.begin(maxPacketSize);
    if (offset < 0) return false;
    let length = this.begin(track, sink.memory, offset);
    length += pli
      ? writePli(sink.memory, offset + length, this.ssrc, track.ssrc)
      : writeFir(sink.memory, offset + length, this.ssrc, track.ssrc, this.nextFirSequence());
    sink.sendRtcp(offset, length);
    return true;
  }

  /**
   * Asks for the packets that are missing and due.
   * @returns when to come again, ms; `Infinity` while nothing is missing
   */
  requestMissing(track: UpTrack, now: number): number {
    const nack = track.nack;
    if (!nack || nack.due > now) return nack?.due ?? Number.POSITIVE_INFINITY;
    const count = nack.collect(now, this.missing);
    if (count > 0) {
      const sink = this.sinkOf(track);
      const offset = sink.begin(maxPacketSize);
      if (offset >= 0) {
        let length = this.begin(track, sink.memory, offset);
        length += writeNack(sink.memory, offset + length, this.ssrc, track.ssrc, this.missing, count);
        sink.sendRtcp(offset, length);
        track.nacksSent += count;
      }
    }
    return nack.due;
  }

  /** Sends transport-wide feedback for one transport. */
  reportArrivals(transport: number, recorder: ArrivalRecorder): void {
    const track = this.tracks.find(
      ({ description, ssrc }) =>
        description.transport === transport && description.feedback.transportCc && ssrc >= 0,
    );
    if (!track) return;
    recorder.report(
      this.sinkOf(track),
      this.ssrc,
      track.ssrc,
      track.description.reducedSize ? null : this.head,
    );
  }

  /**
   * Sends a receiver report for each transport, with the bitrate that the peer may send where it understands REMB
   * (draft-alvestrand-rmcat-remb-03): senders that also get transport-wide feedback take it for an upper bound. Behind it
   * stands our time, which browsers echo for the round trip without being asked in the session description (RFC 3611).
   */
  report(now: number): void {
    for (let transport = 0; transport < this.sinks.length; transport += 1) {
      const sink = this.sinks[transport] as PacketSink;
      const offset = sink.begin(maxPacketSize);
      if (offset < 0) continue;
      let count = 0;
      let limited: UpTrack | null = null;
      for (const track of this.tracks) {
        if (track.description.transport !== transport || track.ssrc < 0) continue;
        this.blocks[count] = track.reception.makeReport(track.ssrc, now);
        count += 1;
        if (track.description.feedback.remb && track.description.maxBitrate > 0) limited = track;
      }
      if (count === 0) continue;
      let length = writeReceiverReport(sink.memory, offset, this.ssrc, this.blocks, count);
      length += writeSdesCname(sink.memory, offset + length, this.ssrc, this.cname);
      if (limited) {
        const { ssrc, description } = limited;
        length += writeRemb(sink.memory, offset + length, this.ssrc, description.maxBitrate, [ssrc]);
      }
      const [seconds, fraction] = [ntpSeconds(now), ntpFraction(now)];
      length += writeReceiverReferenceTime(sink.memory, offset + length, this.ssrc, seconds, fraction);
      sink.sendRtcp(offset, length);
      this.trip.sent(compactNtp(seconds, fraction), now);
    }
  }

  /** Begins a packet of feedback about a track; returns the bytes written. */
  private begin(track: UpTrack, memory: Memory, offset: number): number {
    return track.description.reducedSize ? 0 : this.head.write(memory, offset);
  }

  private nextFirSequence(): number {
    this.firSequence = (this.firSequence + 1) & 0xff;
    return this.firSequence;
  }

  private sinkOf(track: UpTrack): PacketSink {
    return this.sinks[track.description.transport] as PacketSink;
  }
}
