import { type RtpPacket, SequenceUnwrapper, type VideoSize, videoInspector } from '../rtp/index.js';
import type { TrackDescription } from './description.js';
import { GroupOfPictures } from './fast-start/group-of-pictures.js';
import { FrameNumbers } from './header/frame-numbers.js';
import type { EncodingGroup } from './layers/encoding-group.js';
import { LayerRates } from './layers/layer-rates.js';
import { LayerTable } from './layers/layer-table.js';
import { NackGenerator } from './nack/nack-generator.js';
import type { PacketCache } from './packet-cache.js';
import { ArrivalClock } from './report/arrival-clock.js';
import { MediaClock } from './report/media-clock.js';
import { Reception } from './report/reception.js';

/** What an up track tells its publisher. */
export interface UpTrackListener {
  onKeyFrame(track: UpTrack): void;
  onSize(track: UpTrack): void;
  /** Loss of video that retransmission cannot mend: a key frame is needed. */
  onBroken(track: UpTrack): void;
  /** The cache is about to be cleared, since the publisher has started the track anew: the last chance to read it. */
  onRestart(track: UpTrack, now: number): void;
}

/** Packets in a row of another source after which a track takes it for its own: a stray one changes nothing. */
const newSourceThreshold = 3;
/**
 * How far a sequence number may jump: MAX_DROPOUT of RFC 3550 appendix A.1, backwards as well, since packets are sent
 * again. What is farther away is numbered anew, and so another source even under the same SSRC.
 */
const maxJump = 3000;
/** Packets of one source lie this close together; MAX_MISORDER of RFC 3550 appendix A.1. */
const maxMisorder = 100;

/**
 * A track on its way from the publisher to the server. Sequence numbers are unwrapped once, here; everything after
 * works with the extended number.
 */
export class UpTrack {
  /** Grows each time the publisher starts the track anew: readers then continue from a new base. */
  epoch = 0;
  /** SSRC of the source; -1 before the first packet. */
  ssrc = -1;
  readonly size: VideoSize = { width: 0, height: 0 };
  readonly clock: MediaClock;
  /** Kept only while `clock` is not known. */
  readonly arrivals: ArrivalClock;
  /** When the present source came, ms. */
  startedAt = 0;
  readonly nack: NackGenerator | null;
  readonly group = new GroupOfPictures();
  readonly rates = new LayerRates(this);
  /** The encodings it is one of; null for the only one. */
  encodings: EncodingGroup | null = null;
  /** Null while its packets name no layers. */
  layers: LayerTable | null = null;
  /** Null where its packets have none. */
  readonly frameNumbers: FrameNumbers | null;
  reception: Reception;
  readonly isVideo: boolean;
  /** Where what was missing comes as RTX, what comes by itself was only late. */
  private readonly answersAsRtx: boolean;
  packets = 0;
  /** Payload bytes that arrived, those of repeated packets too: the counterpart of a sender's count. */
  octets = 0;
  frames = 0;
  keyFrames = 0;
  nacksSent = 0;
  /** Packets not taken: duplicates, too late, too long, or of a source that is not the track's. */
  dropped = 0;
  lastPacketAt = 0;
  /** Of the newest packet: its RTP timestamp, and when it came. */
  lastTimestamp = 0;
  lastTimestampAt = 0;
  private readonly unwrapper = new SequenceUnwrapper();
  private readonly inspector;
  private readonly seenSize: VideoSize = { width: 0, height: 0 };
  private strangerSsrc = -1;
  private strangerSequence = 0;
  private strangerPackets = 0;

  /** @param fastStartMaxAge age up to which viewers may begin with a past key frame, ms; 0 for never */
  constructor(
    readonly index: number,
    readonly description: TrackDescription,
    readonly cache: PacketCache,
    private readonly listener: UpTrackListener,
    private readonly fastStartMaxAge = 0,
  ) {
    this.clock = new MediaClock(description.codec.clockRate);
    this.arrivals = new ArrivalClock(description.codec.clockRate);
    this.reception = new Reception(description.codec.clockRate);
    this.isVideo = description.kind === 'video';
    this.answersAsRtx = description.rtxPayloadType !== null;
    this.nack = description.feedback.nack ? new NackGenerator() : null;
    this.frameNumbers = FrameNumbers.create(cache);
    this.inspector = this.isVideo ? videoInspector(description.codec.name) : null;
  }

  /**
   * Takes a decrypted packet of this track's payload type.
   * @returns the cache slot it now lies in, or -1 when it was dropped
   */
  receive(packet: RtpPacket, now: number): number {
    if (this.isOwn(packet)) {
      this.strangerPackets = 0;
    } else if (!this.adopt(packet, now)) {
      this.dropped += 1;
      return -1;
    }
    return this.take(packet, now, false);
  }

  /**
   * Takes a packet that came as RTX (RFC 4588), unwrapped. It never makes another source the track's.
   * @returns the cache slot it now lies in, or -1 when it was dropped
   */
  receiveAgain(packet: RtpPacket, now: number): number {
    if (this.isOwn(packet)) return this.take(packet, now, true);
    this.dropped += 1;
    return -1;
  }

  private take(packet: RtpPacket, now: number, again: boolean): number {
    const { memory, payloadOffset, payloadLength } = packet;
    this.octets += payloadLength;
    const sequence = this.unwrapper.unwrap(packet.sequenceNumber);
    const keyFrame = this.inspector?.startsKeyFrame(memory, payloadOffset, payloadLength) ?? false;
    const slot = this.cache.store(sequence, packet, keyFrame);
    if (slot < 0) {
      this.dropped += 1;
      return -1;
    }
    this.packets += 1;
    this.lastPacketAt = now;
    if (sequence === this.last) {
      this.lastTimestamp = packet.timestamp;
      this.lastTimestampAt = now;
    }
    if (packet.marker) this.frames += 1;
    if (again) this.reception.recovered += 1;
    else {
      this.reception.packet(sequence, packet.timestamp, now);
      if (!this.clock.isKnown) this.arrivals.note(packet.timestamp, now);
    }
    if (this.nack && !this.nack.received(sequence, now, again || !this.answersAsRtx) && this.isVideo)
      this.listener.onBroken(this);
    if (keyFrame) this.beginKeyFrame(packet, sequence, now);
    if (this.layers !== null) this.layers.note(packet, slot, keyFrame);
    return slot;
  }

  /** Extended sequence number of the newest packet; -1 before the first. */
  get last(): number {
    return this.unwrapper.last;
  }

  /** Whether a viewer can begin with the newest key frame although it has passed. */
  hasStart(now: number): boolean {
    const { nack, group } = this;
    if (nack?.broken || group.age(now) > this.fastStartMaxAge || this.fastStartMaxAge === 0) return false;
    return group.fits(this.cache, this.last, nack !== null);
  }

  /** Whether the next viewer may find no such start any more, so that a new one is wanted by then. */
  startGrowsOld(now: number): boolean {
    return this.group.age(now) > this.fastStartMaxAge / 2;
  }

  /** The source's sender report (RFC 3550 section 6.4.1). */
  senderReport(ntpSeconds: number, ntpFraction: number, rtpTimestamp: number, now: number): void {
    this.clock.update(ntpSeconds, ntpFraction, rtpTimestamp, now);
    this.reception.senderReport(ntpSeconds, ntpFraction, now);
  }

  private beginKeyFrame(packet: RtpPacket, sequence: number, now: number): void {
    this.keyFrames += 1;
    this.group.begin(sequence, now);
    // While nothing was given up, the pictures up to this one are still to be shown, and mended.
    if (this.nack?.broken) this.nack.forgetBefore(sequence);
    this.listener.onKeyFrame(this);
    if (this.layers === null) this.lookForLayers(packet);
    const { seenSize, size } = this;
    if (!this.inspector?.readSize(packet.memory, packet.payloadOffset, packet.payloadLength, seenSize))
      return;
    if (seenSize.width === size.width && seenSize.height === size.height) return;
    size.width = seenSize.width;
    size.height = seenSize.height;
    this.listener.onSize(this);
  }

  /** Simulcast is read even without layers: its picture ids are to go on when a viewer changes encodings. */
  private lookForLayers(packet: RtpPacket): void {
    const { description, cache } = this;
    if (this.encodings !== null || LayerTable.names(description, packet))
      this.layers = LayerTable.create(description, cache.capacity);
  }

  private isOwn(packet: RtpPacket): boolean {
    if (packet.ssrc !== this.ssrc) return false;
    const { unwrapper } = this;
    return Math.abs(unwrapper.peek(packet.sequenceNumber) - unwrapper.last) <= maxJump;
  }

  /** Takes the packet's source for the track's own if it is the first, or if enough packets of it have come in a row. */
  private adopt(packet: RtpPacket, now: number): boolean {
    if (this.ssrc >= 0) {
      if (!this.isEstablished(packet)) return false;
      this.listener.onRestart(this, now);
      this.epoch += 1;
      this.frameNumbers?.restart(this.last);
      this.cache.clear();
      this.unwrapper.reset();
      this.nack?.reset();
      this.group.reset();
      this.clock.reset();
      this.arrivals.reset();
      this.reception = new Reception(this.description.codec.clockRate);
    }
    this.ssrc = packet.ssrc;
    this.startedAt = now;
    this.lastPacketAt = now;
    this.strangerPackets = 0;
    // The packets it took to recognise the source may have held the beginning of its first key frame.
    if (this.epoch > 0 && this.isVideo) this.listener.onBroken(this);
    return true;
  }

  private isEstablished({ ssrc, sequenceNumber }: RtpPacket): boolean {
    const distance = Math.abs(((sequenceNumber - this.strangerSequence) << 16) >> 16);
    const follows = ssrc === this.strangerSsrc && distance <= maxMisorder;
    this.strangerPackets = follows ? this.strangerPackets + 1 : 1;
    this.strangerSsrc = ssrc;
    this.strangerSequence = sequenceNumber;
    return this.strangerPackets >= newSourceThreshold;
  }
}
