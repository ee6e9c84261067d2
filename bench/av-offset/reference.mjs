// What a recording is compared with: the same tracks sent from the same page to ffmpeg, which puts them in step by the sender
// reports in its own way. libdatachannel only decrypts.
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import nodeDataChannel from 'node-datachannel';
import { endChild, startChild, within } from '../lib/children.mjs';
import { freeMediaPorts } from '../lib/ports.mjs';
import { guarded } from '../peers/rpc.mjs';

const host = '127.0.0.1';
const startTimeout = 15_000;
/** ffmpeg is told of the streams' ports before it listens there. */
const listening = 1500;
const keyFrameRequests = 8;
/** ms */
const stopTime = 5000;

export class Reference {
  #connection = new nodeDataChannel.PeerConnection('reference', { iceServers: [], bindAddress: host });
  #socket = createSocket('udp4');
  /** Kept from the garbage collector, which would close them. @type {Map<string, import('node-datachannel').Track>} */
  #tracks = new Map();
  #videoSsrc = 0;
  #ffmpeg;
  #log = '';
  #stopped = false;

  /**
   * Starts to receive.
   *
   * @param {{ call(method: string, ...args: unknown[]): Promise<any> }} page with page.js in it
   * @param {number} bitrate of its encoder, bit/s
   * @param {string} file to write, .mkv
   */
  async start(page, bitrate, file) {
    const offer = await page.call('reference.offer', bitrate);
    const ports = { video: await freeMediaPorts(4), audio: 0 };
    ports.audio = ports.video + 2;
    this.#connection.onTrack((track) => this.#take(track, ports));
    await page.call('reference.accept', await this.#answer(offer));
    const description = `${file}.sdp`;
    await writeFile(description, plainSdp(offer, ports));
    const input = ['-protocol_whitelist', 'file,udp,rtp', '-i', description];
    const args = [
      '-hide_banner',
      '-nostats',
      '-loglevel',
      'error',
      ...input,
      '-map',
      '0',
      '-c',
      'copy',
      '-y',
      file,
    ];
    this.#ffmpeg = startChild('ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#ffmpeg.stderr.on('data', (data) => {
      this.#log = (this.#log + data).slice(-2000);
    });
    await sleep(listening);
    for (let count = 0; count < keyFrameRequests; count++) {
      this.#askForKeyFrame();
      await sleep(500);
    }
    if (this.#videoSsrc === 0) throw new Error('the reference gets no video');
  }

  /** Finishes the file. @returns {Promise<string>} what ffmpeg complained of */
  async stop() {
    // While packets still come: it is deaf to signals while it waits for one.
    if (this.#ffmpeg) await endChild(this.#ffmpeg, stopTime);
    this.#stopped = true;
    this.#connection.close();
    this.#socket.close();
    return this.#log;
  }

  async #answer(offer) {
    const gathered = new Promise((resolve) => {
      this.#connection.onGatheringStateChange((state) => state === 'complete' && resolve(undefined));
    });
    this.#connection.setRemoteDescription(offer, 'offer');
    await within(gathered, startTimeout, 'the reference answers');
    return this.#connection.localDescription().sdp;
  }

  #take(track, ports) {
    const kind = track.type();
    this.#tracks.set(kind, track);
    const forward = (packet) => {
      if (this.#stopped) return;
      if (kind === 'video' && !isReport(packet)) this.#videoSsrc = packet.readUInt32BE(8);
      this.#socket.send(packet, ports[kind], host);
    };
    track.onMessage(guarded(forward));
  }

  /** PLI, RFC 4585 section 6.3.1. */
  #askForKeyFrame() {
    const message = Buffer.alloc(12);
    message.writeUInt32BE(0x81ce0002, 0);
    message.writeUInt32BE(1, 4);
    message.writeUInt32BE(this.#videoSsrc, 8);
    this.#tracks.get('video')?.sendMessageBinary(message);
  }
}

/** RFC 5761 section 4. */
function isReport(packet) {
  return packet[1] >= 192 && packet[1] <= 223;
}

/** The same streams without ICE and SRTP, for ffmpeg. */
function plainSdp(offer, ports) {
  const type = (codec) => Number(new RegExp(`^a=rtpmap:(\\d+) ${codec}`, 'im').exec(offer)[1]);
  const [video, audio] = [type('H264/90000'), type('opus/48000')];
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=reference',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=video ${ports.video} RTP/AVP ${video}`,
    `a=rtpmap:${video} H264/90000`,
    `a=fmtp:${video} packetization-mode=1`,
    `m=audio ${ports.audio} RTP/AVP ${audio}`,
    `a=rtpmap:${audio} opus/48000/2`,
    '',
  ].join('\r\n');
}
