// What viewers got since the last time they were asked, however long they have been there.
import { sinceStamp } from './stamp.mjs';

export class Tally {
  #packets = 0;
  /** Sequence numbers, unwrapped: the first that counts, and the highest that came. */
  #first = 0;
  #highest = -1;
  #ages = [];
  #damaged = 0;

  /**
   * @param {Buffer} packet RTP with the time at which it was sent
   * @param {number} size that it should have, bytes
   * @param {bigint} now ns, by the same clock
   */
  receive(packet, size, now) {
    const sequence = packet.readUInt16BE(2);
    if (this.#highest < 0) {
      this.#first = sequence;
      this.#highest = sequence;
    } else {
      // RFC 3550 appendix A.1: the nearer of the two ways round.
      const step = ((sequence - this.#highest + 0x8000) & 0xffff) - 0x8000;
      if (step > 0) this.#highest += step;
    }
    this.#packets++;
    const age = sinceStamp(packet, now);
    if (packet.length !== size || Number.isNaN(age)) this.#damaged++;
    else this.#ages.push(age / 1e6);
  }

  /** Counts since the last call; ages in ms. */
  take() {
    const taken = {
      packets: this.#packets,
      expected: this.#highest < 0 ? 0 : this.#highest - this.#first + 1,
      damaged: this.#damaged,
      ages: this.#ages,
    };
    this.#packets = 0;
    this.#first = this.#highest + 1;
    this.#damaged = 0;
    this.#ages = [];
    return taken;
  }
}

/**
 * @param {Tally[]} tallies
 * @returns {{ packets: number, expected: number, damaged: number, timed: number, p50: number, p99: number,
 *   p999: number, max: number }} as bench/audience says it: ms, by nearest rank
 */
export function takeAll(tallies) {
  const taken = tallies.map((tally) => tally.take());
  const sum = (name) => taken.reduce((all, one) => all + one[name], 0);
  const ages = taken.flatMap((one) => one.ages).sort((a, b) => a - b);
  const at = (share) => ages[Math.floor((ages.length - 1) * share)] ?? 0;
  const counts = { packets: sum('packets'), expected: sum('expected'), damaged: sum('damaged') };
  return { ...counts, timed: ages.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}
