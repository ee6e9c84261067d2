/**
 * Whoever wants to know what a compound RTCP packet says. Called synchronously by `readRtcp`, with plain
 * numbers only; all are unsigned 32-bit unless said otherwise. Extend `NullRtcpHandler` for the methods of
 * interest.
 */
export interface RtcpHandler {
  /** A sender report (RFC 3550 6.4.1); its report blocks follow one by one. */
  onSenderReport(
    ssrc: number,
    ntpSeconds: number,
    ntpFraction: number,
    rtpTimestamp: number,
    packets: number,
    octets: number,
  ): void;

  /**
   * One report block of a sender or receiver report (RFC 3550 6.4.1).
   *
   * @param fractionLost in 256ths, 0 to 255
   * @param cumulativeLost signed, 24 bits: duplicates make it negative
   * @param highestSequence the cycles in the upper, the sequence number in the lower 16 bits
   * @param jitter in units of the RTP timestamp
   * @param lastSenderReport compact NTP, 0 when there was none
   * @param delaySinceLastSenderReport in 65536ths of a second
   */
  onReportBlock(
    reporterSsrc: number,
    ssrc: number,
    fractionLost: number,
    cumulativeLost: number,
    highestSequence: number,
    jitter: number,
    lastSenderReport: number,
    delaySinceLastSenderReport: number,
  ): void;

  /** The time at which a receiver's extended report left (RFC 3611 4.4), to be echoed. */
  onReceiverReferenceTime(ssrc: number, ntpSeconds: number, ntpFraction: number): void;

  /**
   * The echo of such a time (RFC 3611 4.5).
   *
   * @param askerSsrc of whose time it is
   * @param reference its compact NTP, 0 when none has come
   * @param delay since it came, in 65536ths of a second
   */
  onDelaySinceLastReference(reporterSsrc: number, askerSsrc: number, reference: number, delay: number): void;

  /**
   * One entry of a generic NACK (RFC 4585 6.2.1): `packetId` is lost, and for every bit i (0 the lowest) set
   * in the 16 bits of `bitmask` so is `packetId + i + 1`.
   */
  onNack(senderSsrc: number, mediaSsrc: number, packetId: number, bitmask: number): void;

  /** A picture loss indication (RFC 4585 6.3.1). */
  onPli(senderSsrc: number, mediaSsrc: number): void;

  /**
   * One entry of a full intra request (RFC 5104 4.3.1); `sequence` is 8 bits and repeats when the request
   * does.
   */
  onFir(senderSsrc: number, mediaSsrc: number, sequence: number): void;

  /**
   * A receiver's estimate of the bandwidth, bits a second (draft-alvestrand-rmcat-remb); above 2^32 possible.
   */
  onRemb(senderSsrc: number, bitrate: number): void;

  /** One source that leaves (RFC 3550 6.6). */
  onBye(ssrc: number): void;

  /**
   * The beginning of a transport-wide feedback message (draft-holmer-rmcat-transport-wide-cc-extensions-01,
   * 3.1); a call of `onTransportFeedbackPacket` for each of its `count` packets follows.
   *
   * @param baseSequence transport-wide sequence number of the first packet, 16 bits
   * @param count 1 to `MAX_FEEDBACK_STATUSES`
   * @param referenceTime signed, 24 bits, in 64 ms
   * @param feedbackCount number of this message, 8 bits
   */
  onTransportFeedback(
    baseSequence: number,
    count: number,
    referenceTime: number,
    feedbackCount: number,
  ): void;

  /**
   * @param sequence transport-wide sequence number, 16 bits
   * @param deltaTicks signed, in 250 µs: since the received packet before it in the message, since the
   * reference time for the first; 0 when `received` is false
   */
  onTransportFeedbackPacket(sequence: number, received: boolean, deltaTicks: number): void;
}

/** Hears everything and does nothing: the base for handlers that want only some of it. */
export class NullRtcpHandler implements RtcpHandler {
  onSenderReport(
    _ssrc: number,
    _ntpSeconds: number,
    _ntpFraction: number,
    _rtpTimestamp: number,
    _packets: number,
    _octets: number,
  ): void {}

  onReportBlock(
    _reporterSsrc: number,
    _ssrc: number,
    _fractionLost: number,
    _cumulativeLost: number,
    _highestSequence: number,
    _jitter: number,
    _lastSenderReport: number,
    _delaySinceLastSenderReport: number,
  ): void {}

  onReceiverReferenceTime(_ssrc: number, _ntpSeconds: number, _ntpFraction: number): void {}

  onDelaySinceLastReference(
    _reporterSsrc: number,
    _askerSsrc: number,
    _reference: number,
    _delay: number,
  ): void {}

  onNack(_senderSsrc: number, _mediaSsrc: number, _packetId: number, _bitmask: number): void {}

  onPli(_senderSsrc: number, _mediaSsrc: number): void {}

  onFir(_senderSsrc: number, _mediaSsrc: number, _sequence: number): void {}

  onRemb(_senderSsrc: number, _bitrate: number): void {}

  onBye(_ssrc: number): void {}

  onTransportFeedback(
    _baseSequence: number,
    _count: number,
    _referenceTime: number,
    _feedbackCount: number,
  ): void {}

  onTransportFeedbackPacket(_sequence: number, _received: boolean, _deltaTicks: number): void {}
}
