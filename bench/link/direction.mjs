// One direction of an emulated link. It does no I/O: time is an argument.
import { Loss } from './loss.mjs';
import { seededRandom } from './random.mjs';

/**
 * @typedef {object} Profile what a direction does to packets; whatever is left out, it does not do
 * @property {number} [rate] bit/s of the bottleneck, headers of IP and UDP included; 0: unlimited
 * @property {number} [queueMs] what the bottleneck's queue holds, as time at this rate; what does not fit is dropped
 * @property {number} [queueBytes] the same in bytes; the queue always takes one packet
 * @property {number} [loss] share of the packets behind the bottleneck that is lost, 0 to 1
 * @property {number} [burst] mean length of a run of lost packets; 1: each packet for itself
 * @property {number} [delay] ms
 * @property {number} [jitter] ms that are added at most, evenly spread; packets stay in order
 * @property {number} [reorder] share of packets that is held back, so that later ones overtake them, 0 to 1
 * @property {number} [reorderMs] how long these are held back
 * @property {number} [duplicate] share of packets that arrives twice, 0 to 1
 */

/** @type {Required<Profile>} */
const harmless = {
  rate: 0,
  queueMs: 200,
  queueBytes: 0,
  loss: 0,
  burst: 1,
  delay: 0,
  jitter: 0,
  reorder: 0,
  reorderMs: 20,
  duplicate: 0,
};

/** Of IPv4 and UDP. */
const headers = 28;

/**
 * Bottleneck with its queue, then loss, then delay: as on a path whose narrow part is the sender's side, so that lost
 * packets take capacity too.
 *
 * @template {{ data: { length: number } }} Packet
 */
export class Direction {
  /** Packets. */
  counters = { offered: 0, bytes: 0, overflowed: 0, lost: 0, delivered: 0, deliveredBytes: 0 };
  /** Most bytes that waited at the bottleneck. */
  longestQueue = 0;
  /** @type {Required<Profile>} */
  #profile = harmless;
  #loss;
  #jitter;
  #reorder;
  #duplicate;
  /** At the bottleneck, the first of them on its way through. @type {Packet[]} */
  #waiting = [];
  #waitingBytes = 0;
  /** When the first of them is through. */
  #throughAt = 0;
  /** Behind the bottleneck, by the time they are due. @type {{ packet: Packet, due: number }[]} */
  #flying = [];
  #lastDue = 0;

  /**
   * @param {Profile} profile
   * @param {number} seed
   * @param {string} name of the direction: each has its own random numbers
   */
  constructor(profile, seed, name) {
    this.#loss = new Loss(seededRandom(seed, `${name} loss`));
    this.#jitter = seededRandom(seed, `${name} jitter`);
    this.#reorder = seededRandom(seed, `${name} reorder`);
    this.#duplicate = seededRandom(seed, `${name} duplicate`);
    this.change(profile, 0);
  }

  /** When `pull` has something to do, ms. */
  get next() {
    const through = this.#waiting.length > 0 ? this.#throughAt : Number.POSITIVE_INFINITY;
    return Math.min(through, this.#flying[0]?.due ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Replaces the whole profile, from now on.
   *
   * @param {Profile} profile
   * @param {number} now ms
   */
  change(profile, now) {
    this.#pass(now);
    const { rate: before } = this.#profile;
    this.#profile = { ...harmless, ...profile };
    if (this.#waiting.length === 0) return;
    const { rate } = this.#profile;
    this.#throughAt = rate === 0 ? now : now + ((this.#throughAt - now) * before) / rate;
    this.#pass(now);
  }

  /**
   * A packet enters.
   *
   * @param {Packet} packet
   * @param {number} now ms
   */
  push(packet, now) {
    const { rate } = this.#profile;
    const size = packet.data.length + headers;
    this.counters.offered++;
    this.counters.bytes += size;
    this.#pass(now);
    if (rate === 0) {
      this.#leave(packet, now);
      return;
    }
    if (this.#waiting.length > 0 && this.#waitingBytes + size > this.#capacity) {
      this.counters.overflowed++;
      return;
    }
    this.#waiting.push(packet);
    this.#waitingBytes += size;
    this.longestQueue = Math.max(this.longestQueue, this.#waitingBytes);
    if (this.#waiting.length === 1) this.#throughAt = now + this.#timeOf(packet);
  }

  /**
   * Delivers what is due.
   *
   * @param {number} now ms
   * @param {(packet: Packet, due: number) => void} deliver
   */
  pull(now, deliver) {
    this.#pass(now);
    while (this.#flying.length > 0 && this.#flying[0].due <= now) {
      const { packet, due } = this.#flying.shift();
      this.counters.delivered++;
      this.counters.deliveredBytes += packet.data.length + headers;
      deliver(packet, due);
    }
  }

  get #capacity() {
    const { rate, queueMs, queueBytes } = this.#profile;
    return queueBytes > 0 ? queueBytes : (rate * queueMs) / 8000;
  }

  /** ms that a packet takes through the bottleneck. */
  #timeOf({ data }) {
    const { rate } = this.#profile;
    return rate === 0 ? 0 : ((data.length + headers) * 8000) / rate;
  }

  /** Lets through what the bottleneck has done by now. */
  #pass(now) {
    while (this.#waiting.length > 0 && this.#throughAt <= now) {
      const packet = this.#waiting.shift();
      this.#waitingBytes -= packet.data.length + headers;
      this.#leave(packet, this.#throughAt);
      if (this.#waiting.length > 0) this.#throughAt += this.#timeOf(this.#waiting[0]);
    }
  }

  /** A packet is through the bottleneck. */
  #leave(packet, at) {
    const { loss, burst, delay, jitter, reorder, reorderMs, duplicate } = this.#profile;
    if (this.#loss.next(loss, burst)) {
      this.counters.lost++;
      return;
    }
    let due = at + delay;
    if (jitter > 0) due += this.#jitter() * jitter;
    if (reorder > 0 && this.#reorder() < reorder) {
      due += reorderMs;
    } else {
      due = Math.max(due, this.#lastDue);
      this.#lastDue = due;
    }
    this.#fly(packet, due);
    if (duplicate > 0 && this.#duplicate() < duplicate) this.#fly(packet, due);
  }

  #fly(packet, due) {
    let place = this.#flying.length;
    while (place > 0 && this.#flying[place - 1].due > due) place--;
    this.#flying.splice(place, 0, { packet, due });
  }
}
