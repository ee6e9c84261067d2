// Viewers that join one after the other, each with its session and its offer ready before, and note what came when.
import { setTimeout as sleep } from 'node:timers/promises';
import { guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { headerSize } from './video-source.mjs';

/** Sessions made ready at the same time. */
const concurrency = 10;
/** Longest wait for a first frame, ms. */
const patience = 10_000;
const stapA = 24;

/** @type {JoiningViewer[]} */
const viewers = [];

class JoiningViewer {
  /** Times since playStream was sent, ms. */
  times = { connected: NaN, firstPacket: NaN, firstFrame: NaN, playing: NaN };
  /** Packets that do not follow the one before, and frames that have begun with something else than a key frame. */
  wrong = 0;
  packets = 0;
  #session = new Session('RecvOnly', 0);
  #askedAt = 0;
  #timestamp = -1;
  #last = -1;

  async prepare(url) {
    this.#session.track.onMessage(guarded((packet) => this.#receive(packet)));
    this.#session.connection.onStateChange(
      guarded((state) => {
        if (state === 'connected') this.#note('connected');
      }),
    );
    await this.#session.connect(url);
  }

  async join(name) {
    this.#askedAt = performance.now();
    await this.#session.request('playStream', name);
    this.#note('playing');
    const until = this.#askedAt + patience;
    while (Number.isNaN(this.times.firstFrame) && performance.now() < until) await sleep(10);
  }

  #note(what) {
    if (Number.isNaN(this.times[what])) this.times[what] = performance.now() - this.#askedAt;
  }

  /** @param {Buffer} packet */
  #receive(packet) {
    if (packet.length < headerSize || (packet[1] >= 192 && packet[1] <= 223)) return;
    this.packets++;
    const sequence = packet.readUInt16BE(2);
    const timestamp = packet.readUInt32BE(4);
    if (this.#last < 0) {
      this.#note('firstPacket');
      this.#timestamp = timestamp;
      if ((packet[headerSize] & 0x1f) !== stapA) this.wrong++;
    } else if (sequence !== ((this.#last + 1) & 0xffff)) this.wrong++;
    this.#last = sequence;
    if (timestamp === this.#timestamp && packet[1] & 0x80) this.#note('firstFrame');
  }
}

serve({
  async prepare({ url, count }) {
    for (let index = 0; index < count; index++) viewers.push(new JoiningViewer());
    const waiting = viewers.values();
    const prepare = async () => {
      for (const viewer of waiting) await viewer.prepare(url);
    };
    await Promise.all(Array.from({ length: concurrency }, prepare));
  },

  /** Lets viewers join, evenly over `ms`; resolves when all have their first frame or have waited long enough. */
  async join({ name, ms }) {
    const startedAt = performance.now();
    const join = async (viewer, index) => {
      await sleep(Math.max(0, startedAt + (index * ms) / viewers.length - performance.now()));
      await viewer.join(name);
    };
    await Promise.all(viewers.map(join));
    return viewers.map(({ times, wrong, packets }) => ({ ...times, wrong, packets }));
  },
});
