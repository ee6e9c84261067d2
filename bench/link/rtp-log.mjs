// What became of each media packet on one direction of a link: the truth that browsers' statistics are checked with.
// SRTP leaves the header readable (RFC 3711 section 3.1).

const headerSize = 12;
/** Sequence numbers kept of a source: more than an hour of 250 packets/s would make. */
const maxPackets = 2 ** 20;
const maxSources = 64;

/**
 * @typedef {object} SourceReport packets of one SSRC that entered first within the window
 * @property {number} ssrc
 * @property {number} payloadType
 * @property {number} sent different packets that entered
 * @property {number} absent numbers between the first and the last that never entered
 * @property {number} resent packets that entered once more
 * @property {number} lostFirst packets whose first copy did not come out
 * @property {number} neverArrived packets of which no copy came out
 * @property {number} paddedNeverArrived those of them with the padding bit: probes of the sender's, as browsers make
 *   them without a stream for retransmissions; they cannot be had again
 * @property {{ median: number, p95: number }} recovery of the packets that were lost and came after all: ms from the
 *   time the first copy entered to that at which one came out; 0 when there are none
 */

export class RtpLog {
  /** @type {Map<number, Source>} */
  #sources = new Map();
  #open = false;

  /** Forgets what was, and counts packets that are new from now on. */
  begin() {
    this.#open = true;
    for (const source of this.#sources.values()) source.begin();
  }

  /** What is behind the last packet so far does not count; what is before it still does, should it come late. */
  end() {
    this.#open = false;
    for (const source of this.#sources.values()) source.end();
  }

  /**
   * A datagram enters the direction.
   *
   * @param {Buffer} data
   * @param {number} now ms
   */
  entered(data, now) {
    if (isRtp(data)) this.#source(data)?.entered(data, now);
  }

  /**
   * A datagram comes out.
   *
   * @param {Buffer} data
   * @param {number} now ms
   */
  arrived(data, now) {
    if (isRtp(data)) this.#sources.get(data.readUInt32BE(8))?.arrived(data, now);
  }

  /** @returns {SourceReport[]} */
  report() {
    return [...this.#sources.values()].map((source) => source.report());
  }

  #source(data) {
    const ssrc = data.readUInt32BE(8);
    const known = this.#sources.get(ssrc);
    if (known || this.#sources.size === maxSources) return known;
    const source = new Source(data);
    this.#sources.set(ssrc, source);
    if (this.#open) source.begin();
    return source;
  }
}

/**
 * @typedef {object} Fate of a packet
 * @property {number} copies that entered
 * @property {number} enteredAt the first
 * @property {number} arrivedAt the first; NaN: none
 * @property {boolean} padded whether it ends with padding (RFC 3550 section 5.1)
 * @property {boolean} lostFirst whether a second one entered before the first came out
 */

class Source {
  #ssrc;
  #payloadType;
  /** By extended sequence number. @type {Map<number, Fate>} */
  #packets = new Map();
  #highest;
  /** The window: its first packet, and its last once it is over. */
  #from = Number.POSITIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;

  constructor(data) {
    this.#ssrc = data.readUInt32BE(8);
    this.#payloadType = data[1] & 0x7f;
    this.#highest = 2 ** 16 + data.readUInt16BE(2) - 1;
  }

  begin() {
    this.#packets.clear();
    this.#from = this.#highest + 1;
    this.#to = Number.POSITIVE_INFINITY;
  }

  end() {
    this.#to = this.#highest;
  }

  entered(data, now) {
    const sequence = this.#sequence(data);
    this.#highest = Math.max(this.#highest, sequence);
    const packet = this.#packets.get(sequence);
    if (packet) {
      // A copy that follows one that has not arrived: the first one was lost, or is slower than a round trip.
      if (packet.copies === 1) packet.lostFirst = Number.isNaN(packet.arrivedAt);
      packet.copies++;
      return;
    }
    if (sequence < this.#from || sequence > this.#to || this.#packets.size === maxPackets) return;
    const padded = (data[0] & 0x20) !== 0;
    this.#packets.set(sequence, {
      copies: 1,
      enteredAt: now,
      arrivedAt: Number.NaN,
      padded,
      lostFirst: false,
    });
  }

  arrived(data, now) {
    const packet = this.#packets.get(this.#sequence(data));
    if (packet && Number.isNaN(packet.arrivedAt)) packet.arrivedAt = now;
  }

  /** @returns {SourceReport} */
  report() {
    const packets = [...this.#packets.values()];
    const sent = packets.length;
    const lost = packets.filter(({ arrivedAt, lostFirst }) => lostFirst || Number.isNaN(arrivedAt));
    const recovered = lost.filter(({ arrivedAt }) => !Number.isNaN(arrivedAt));
    const took = recovered.map(({ arrivedAt, enteredAt }) => arrivedAt - enteredAt);
    took.sort((one, other) => one - other);
    const quantile = (share) => took[Math.floor(took.length * share)] ?? 0;
    return {
      ssrc: this.#ssrc,
      payloadType: this.#payloadType,
      sent,
      absent: sent === 0 ? 0 : Math.min(this.#to, this.#highest) - this.#from + 1 - sent,
      resent: packets.reduce((sum, { copies }) => sum + copies - 1, 0),
      lostFirst: lost.length,
      neverArrived: lost.length - recovered.length,
      paddedNeverArrived: lost.filter(({ arrivedAt, padded }) => padded && Number.isNaN(arrivedAt)).length,
      recovery: { median: quantile(0.5), p95: quantile(0.95) },
    };
  }

  /** The nearest to the highest so far (RFC 3550 appendix A.1). */
  #sequence(data) {
    return this.#highest + (((data.readUInt16BE(2) - this.#highest) << 16) >> 16);
  }
}

/** RFC 7983 and RFC 5761 section 4: RTCP's packet types are what 192 to 223 in the second byte mean. */
function isRtp(data) {
  return data.length >= headerSize && data[0] >= 128 && data[0] <= 191 && !(data[1] >= 192 && data[1] <= 223);
}
