// Publishers in a process of their own: node-datachannel must be in a main thread.
import { RivalSession } from './rival-session.mjs';
import { emit, guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { writeStamp } from './stamp.mjs';
import { framesPerSecond, VideoSource } from './video-source.mjs';

const firstSsrc = 0x5100_1ce0;
const frameMs = 1000 / framesPerSecond;
/** Time between asking for a window and its start, ms, so that all viewers know of it before. */
const windowNotice = 500;
/** Handshakes at the same time. */
const concurrency = 10;

/** @type {Sender[]} */
let senders = [];
let packet;
let startedAt = 0;
/** Frames of all senders so far: they take turns, so that their bursts are spread evenly over the time of a frame. */
let turn = 0;
/** Whether packets carry the time at which they were sent. */
let stamped = false;
/** Whether packets are as long as the second says, up to a quarter shorter: then every stream has a new bitrate each second. */
let varying = false;
let refused = 0;
let worstDelay = 0;
/** Turns at whose time the parent wants to hear: the window's start and end. */
const marks = new Map();

class Sender {
  /** Whether its connection takes packets. */
  open = false;
  source;
  #ssrc;
  #session;

  constructor(client, source, ssrc, mediaPort) {
    this.source = source;
    this.#ssrc = ssrc;
    this.#session =
      client.kind === 'wcs' ? new Session('SendOnly', ssrc, mediaPort) : new RivalSession(client, ssrc);
    this.#session.track.onMessage(() => {});
    this.#session.track.onOpen(
      guarded(() => {
        this.open = true;
        begin();
      }),
    );
  }

  start(url, name) {
    return this.#session.start(url, 'publishStream', name);
  }

  sendFrame(frame) {
    const end = this.source.frameStart(frame + 1);
    const sent = varying ? packet.subarray(0, this.#lengthIn(Math.floor(frame / framesPerSecond))) : packet;
    for (let number = this.source.frameStart(frame); number < end; number++) {
      this.source.write(packet, number, this.#ssrc);
      if (stamped) writeStamp(packet, process.hrtime.bigint());
      if (!this.#session.track.sendMessageBinary(sent)) refused++;
    }
    if ((frame + 1) % framesPerSecond !== 0) return;
    this.#session.track.sendMessageBinary(this.source.senderReport(this.#ssrc, frame + 1, end, Date.now()));
  }

  #lengthIn(second) {
    return packet.length - ((second * 7 + this.#ssrc * 3) % Math.floor(packet.length / 4));
  }
}

function begin() {
  if (startedAt > 0) return;
  startedAt = performance.now();
  tick();
}

const dueAt = () => startedAt + (turn * frameMs) / senders.length;

function tick() {
  const now = performance.now();
  for (let due = dueAt(); due <= now; due = dueAt()) {
    worstDelay = Math.max(worstDelay, now - due);
    const mark = marks.get(turn);
    if (mark !== undefined) emit(mark, { refused, worstDelay });
    const sender = senders[turn % senders.length];
    if (sender.open) sender.sendFrame(Math.floor(turn / senders.length));
    turn++;
  }
  setTimeout(guarded(tick), Math.max(0, dueAt() - performance.now()));
}

serve({
  /** Publishes one stream, `name`, or several, `streams` of `{ name, seed }`. */
  async start({
    url,
    client = { kind: 'wcs', url },
    name,
    streams,
    rate,
    size,
    mediaPort,
    stamps = false,
    varies = false,
  }) {
    stamped = stamps;
    varying = varies;
    packet = Buffer.alloc(size);
    const wanted = streams ?? [{ name, seed: 0 }];
    senders = wanted.map(
      ({ seed }) => new Sender(client, new VideoSource(rate, size, seed), firstSsrc + seed, mediaPort),
    );
    const waiting = wanted.entries();
    const connect = async () => {
      for (const [index, stream] of waiting) await senders[index].start(client.url, stream.name);
    };
    await Promise.all(Array.from({ length: concurrency }, connect));
  },

  /** Chooses the packets to measure: from those of a frame soon to come, for some seconds. */
  window({ seconds }) {
    const first = Math.floor(turn / senders.length) + 1 + Math.ceil(windowNotice / frameMs);
    const end = first + seconds * framesPerSecond;
    refused = 0;
    worstDelay = 0;
    marks.set(first * senders.length, 'window-start');
    marks.set(end * senders.length, 'window-end');
    // The same of all, since they have one rate.
    return { from: senders[0].source.frameStart(first), to: senders[0].source.frameStart(end) };
  },
});
