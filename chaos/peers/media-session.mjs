// One publisher or player: a connection of libdatachannel, and what came of it.
import { randomUUID } from 'node:crypto';
import nodeDataChannel from 'node-datachannel';
import { makeOffer } from '../../bench/peers/connection.mjs';
import { guarded } from '../../bench/peers/rpc.mjs';
import { sendWhileOpen } from '../../test/support/peers/send.mjs';
import { ClipSource, framesPerSecond, payloadType } from './clip.mjs';

let nextSsrc = 0x5100_0000;

/** ms, the same in all processes. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

export class MediaSession {
  id = randomUUID();
  packets = 0;
  #published;
  #connection;
  #track;
  #timer;
  #frames = 0;
  #startedAt = 0;
  #ways;
  #onFirst;

  /**
   * @param {Buffer[] | null} clip what it publishes; null: it plays
   * @param {Record<string, number> | undefined} ways where to send instead of to ports of the server
   * @param {() => void} onFirst called with the first packet that comes
   */
  constructor(clip, ways, onFirst) {
    this.#published = clip !== null;
    this.#ways = ways ?? {};
    this.#onFirst = onFirst;
    const direction = clip ? 'SendOnly' : 'RecvOnly';
    this.#connection = new nodeDataChannel.PeerConnection(this.id, {
      iceServers: [],
      bindAddress: '127.0.0.1',
    });
    const section = new nodeDataChannel.Video('video', direction);
    section.addVP8Codec(payloadType);
    const ssrc = nextSsrc++;
    if (clip) section.addSSRC(ssrc, 'chaos', 'stream', 'video');
    this.#track = this.#connection.addTrack(section);
    if (!clip) this.#track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
    this.#track.onMessage(guarded((message) => this.#receive(message)));
    if (clip) this.#track.onOpen(guarded(() => this.#send(new ClipSource(clip, ssrc))));
  }

  get published() {
    return this.#published;
  }

  /** @returns {Promise<string>} SDP */
  offer() {
    return makeOffer(this.#connection);
  }

  accept(sdp) {
    const answer = sdp.replace(
      /^(a=candidate:\S+ \d+ udp \d+ \S+) (\d+) /gim,
      (_, before, port) => `${before} ${this.#ways[port] ?? port} `,
    );
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  close() {
    clearInterval(this.#timer);
    this.#connection.close();
  }

  #send(source) {
    this.#startedAt = performance.now();
    const tick = () => {
      const due = ((performance.now() - this.#startedAt) * framesPerSecond) / 1000;
      // One that was stopped for a while goes on with the present.
      if (due - this.#frames > framesPerSecond) this.#frames = Math.floor(due);
      for (; this.#frames <= due && this.#track.isOpen(); this.#frames++) {
        for (const packet of source.next()) sendWhileOpen(this.#track, packet);
        if (this.#frames % framesPerSecond === 0) sendWhileOpen(this.#track, source.report());
      }
    };
    this.#timer = setInterval(guarded(tick), 1000 / framesPerSecond);
  }

  #receive(message) {
    const isRtcp = message.length >= 2 && message[1] >= 192 && message[1] <= 223;
    if (!isRtcp && ++this.packets === 1) this.#onFirst();
  }
}
