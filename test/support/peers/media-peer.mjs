// One RTCPeerConnection of libdatachannel, as publisher or viewer, with raw RTP in and out.
import nodeDataChannel from 'node-datachannel';
import { createSource, describePacket, senderReport } from './rtp-source.mjs';
import { sendWhileOpen } from './send.mjs';

const MOST_NOTED_PACKETS = 20_000;
const PACKETS_PER_NOTICE = 25;
const PROFILE_LINE = /SRTP profile is: (\S+)/;

/** SRTP profiles in the order in which this process's handshakes agreed on them. */
export const srtpProfiles = [];

// Debug is the level at which libdatachannel names the profile.
nodeDataChannel.initLogger('Debug', (_level, message) => {
  const match = PROFILE_LINE.exec(message);
  if (match) srtpProfiles.push(match[1]);
});

let nextSsrc = 1000;

/**
 * A callback of libdatachannel that throws aborts the process without a word: says why first.
 */
export function guarded(callback) {
  return (...args) => {
    try {
      callback(...args);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
}

export class MediaPeer {
  #connection;
  #tracks = new Map();
  #sources = [];
  #timers = [];
  #received = { audio: [], video: [] };
  #rtcp = {};
  #notify;

  /**
   * @param direction 'SendOnly' for a publisher, 'RecvOnly' for a viewer
   * @param media `{ audio?: [[codec, payloadType]], video?: [[codec, payloadType], …] }`; a publisher sends the first
   * @param notify called with every event: `{ event: 'state' | 'media', … }`
   */
  constructor(direction, media, notify) {
    this.#notify = notify;
    this.#connection = new nodeDataChannel.PeerConnection('peer', {
      iceServers: [],
      bindAddress: '127.0.0.1',
    });
    this.#connection.onStateChange(guarded((state) => notify({ event: 'state', state })));
    for (const [kind, codecs] of Object.entries(media)) this.#addTrack(kind, codecs, direction);
  }

  #addTrack(kind, codecs, direction) {
    const Section = kind === 'audio' ? nodeDataChannel.Audio : nodeDataChannel.Video;
    const section = new Section(kind, direction);
    for (const [codec, payloadType] of codecs) {
      if (codec === 'opus') section.addOpusCodec(payloadType);
      else if (codec === 'H264') section.addH264Codec(payloadType);
      else section.addVP8Codec(payloadType);
    }
    const ssrc = nextSsrc++;
    if (direction === 'SendOnly') section.addSSRC(ssrc, 'peer', 'stream', kind);
    const track = this.#connection.addTrack(section);
    this.#tracks.set(kind, track);
    track.onMessage(guarded((message) => this.#receive(kind, message)));
    if (direction !== 'SendOnly') return;
    const [codec, payloadType] = codecs[0];
    const source = createSource(codec, payloadType, ssrc);
    this.#sources.push([kind, source]);
    track.onOpen(guarded(() => this.#send(kind, track, source)));
  }

  #send(kind, track, source) {
    const tick = () => {
      if (!track.isOpen()) return;
      for (const packet of source.next()) sendWhileOpen(track, packet);
    };
    const clockRate = kind === 'audio' ? 48_000 : 90_000;
    const report = () => sendWhileOpen(track, senderReport(source, clockRate));
    this.#timers.push(setInterval(guarded(tick), source.intervalMs), setInterval(guarded(report), 1000));
  }

  #receive(kind, message) {
    if (message.length >= 2 && message[1] >= 192 && message[1] <= 223) {
      this.#countRtcp(message);
      return;
    }
    const packet = describePacket(message);
    const list = this.#received[kind];
    if (!packet || list.length >= MOST_NOTED_PACKETS) return;
    if (list.push(packet) % PACKETS_PER_NOTICE === 0)
      this.#notify({ event: 'media', kind, packets: list.length });
  }

  /** Counts by type, feedback as type/format: 200 SR, 201 RR, 205/1 NACK, 205/15 transport-wide, 206/1 PLI, 206/15 REMB. */
  #countRtcp(message) {
    for (let offset = 0; offset + 4 <= message.length; offset += 4 + 4 * message.readUInt16BE(offset + 2)) {
      const type = message[offset + 1];
      const name = type === 205 || type === 206 ? `${type}/${message[offset] & 0x1f}` : String(type);
      this.#rtcp[name] = (this.#rtcp[name] ?? 0) + 1;
      this.#notify({ event: 'rtcp', rtcp: name });
    }
  }

  /** RFC 4585 6.3.1: a PLI for the video that has arrived so far. */
  askForKeyFrame() {
    const pli = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
    pli.writeUInt32BE(this.#received.video.at(-1).ssrc, 8);
    return this.#tracks.get('video').sendMessageBinary(pli);
  }

  /** The offer as the Web SDK sends it: without candidates. */
  createOffer() {
    return new Promise((resolve) => {
      const gathered = (state) => {
        if (state !== 'complete') return;
        const lines = this.#connection.localDescription().sdp.split('\r\n');
        resolve(lines.filter((line) => !/^a=(candidate|end-of-candidates)/.test(line)).join('\r\n'));
      };
      this.#connection.onGatheringStateChange(guarded(gathered));
      this.#connection.setLocalDescription('offer');
    });
  }

  acceptAnswer(sdp) {
    this.#connection.setRemoteDescription(sdp, 'answer');
  }

  report() {
    const sent = Object.fromEntries(this.#sources.map(([kind, source]) => [kind, source.sent]));
    return { state: this.#connection.state(), sent, received: this.#received, rtcp: this.#rtcp };
  }

  close() {
    for (const timer of this.#timers) clearInterval(timer);
    this.#connection.close();
  }
}
