// What one viewer saw of the window that is measured.
import { headerSize, packetNumber } from './video-source.mjs';

export class ViewerLog {
  /** Packets since the viewer started. */
  packets = 0;
  duplicates = 0;
  /** Packets that came after a later one. */
  reordered = 0;
  /** Packets whose sequence number does not follow from the publisher's, or whose source is not the one of before. */
  misnumbered = 0;
  /** Packets whose payload was compared, byte by byte. */
  compared = 0;
  /** Packets of another length, or with other bytes than were sent. */
  damaged = 0;
  #source;
  #size;
  #samples;
  #seen = new Uint8Array(0);
  #from = Number.POSITIVE_INFINITY;
  #last = -1;
  #shift = -1;
  #ssrc = -1;

  /**
   * @param {import('./video-source.mjs').VideoSource} source
   * @param {number} size of a packet, bytes
   * @param {boolean} samples whether payloads are compared
   */
  constructor(source, size, samples) {
    this.#source = source;
    this.#size = size;
    this.#samples = samples;
  }

  /** Packets of the window that have come. */
  get received() {
    let count = 0;
    for (const seen of this.#seen) count += seen;
    return count;
  }

  /** Starts counting, from packet `from` up to but without `to`. */
  open(from, to) {
    this.#from = from;
    this.#seen = new Uint8Array(to - from);
  }

  /** @param {Buffer} packet as it came: RTP, or RTCP */
  receive(packet) {
    if (packet.length < headerSize || (packet[1] >= 192 && packet[1] <= 223)) return;
    this.packets++;
    const payload = packet.subarray(headerSize);
    const number = packetNumber(payload);
    const place = number - this.#from;
    if (!(place >= 0 && place < this.#seen.length)) return;
    if (this.#seen[place] === 1) {
      this.duplicates++;
      return;
    }
    this.#seen[place] = 1;
    if (number < this.#last) this.reordered++;
    this.#last = Math.max(this.#last, number);
    this.#checkNumbering(packet, number);
    if (packet.length !== this.#size || packet[0] !== 0x80) this.damaged++;
    else if (this.#samples) this.#compare(payload, number);
  }

  #checkNumbering(packet, number) {
    const shift = (packet.readUInt16BE(2) - number) & 0xffff;
    const ssrc = packet.readUInt32BE(8);
    if (this.#shift < 0) this.#shift = shift;
    if (this.#ssrc < 0) this.#ssrc = ssrc;
    if (shift !== this.#shift || ssrc !== this.#ssrc) this.misnumbered++;
  }

  #compare(payload, number) {
    this.compared++;
    if (!this.#source.matches(payload, number)) this.damaged++;
  }
}
