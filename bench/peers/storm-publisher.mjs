// A publisher as browsers are: each frame a burst, and after the first a key frame only when the server asks for one.
import { guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import {
  clockRate,
  framesPerSecond,
  fuA,
  headerSize,
  payloadType,
  writeParameterSets,
} from './video-source.mjs';

const ssrc = 0x5100_1ce1;
const frameMs = 1000 / framesPerSecond;
const payloadSpecificFeedback = 206;
const pictureLoss = 1;
const fullIntraRequest = 4;
const idrSlice = 5;
const otherSlice = 1;

let session;
let options;
let packet;
let startedAt = 0;
let frame = 0;
let number = 0;
/** When the next key frame may go, by performance.now(). */
let keyFrameAt = 0;
let asked = [];

function tick() {
  while (startedAt + frame * frameMs <= performance.now()) sendFrame();
  setTimeout(guarded(tick), Math.max(0, startedAt + frame * frameMs - performance.now()));
}

function sendFrame() {
  const isKey = performance.now() >= keyFrameAt;
  if (isKey) keyFrameAt = Number.POSITIVE_INFINITY;
  const count = isKey ? options.keyPackets : Math.max(1, Math.round(options.rate / framesPerSecond));
  for (let index = 0; index < count; index++) sendPacket(isKey, index === 0, index === count - 1);
  frame++;
}

function sendPacket(isKey, first, last) {
  packet.fill(number & 0xff, headerSize);
  packet[0] = 0x80;
  packet[1] = (last ? 0x80 : 0) | payloadType;
  packet.writeUInt16BE(number & 0xffff, 2);
  packet.writeUInt32BE(Math.round((frame * clockRate) / framesPerSecond) >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  const payload = packet.subarray(headerSize);
  if (isKey && first) writeParameterSets(payload);
  else {
    payload[0] = fuA;
    payload[1] = (first ? 0x80 : 0) | (last ? 0x40 : 0) | (isKey ? idrSlice : otherSlice);
  }
  session.track.sendMessageBinary(packet);
  number++;
}

/** @param {Buffer} message a compound of RTCP packets */
function receive(message) {
  for (let at = 0; at + 4 <= message.length; at += 4 * (message.readUInt16BE(at + 2) + 1)) {
    const format = message[at] & 0x1f;
    if (message[at + 1] !== payloadSpecificFeedback) continue;
    if (format !== pictureLoss && format !== fullIntraRequest) continue;
    asked.push(performance.now());
    // The way to a real publisher and back, and its encoder.
    keyFrameAt = Math.min(keyFrameAt, performance.now() + options.keyDelay);
  }
}

serve({
  async start({ url, name, ...given }) {
    options = given;
    packet = Buffer.alloc(options.size);
    session = new Session('SendOnly', ssrc);
    session.track.onOpen(
      guarded(() => {
        startedAt = performance.now();
        tick();
      }),
    );
    session.track.onMessage(guarded(receive));
    await session.start(url, 'publishStream', name);
  },

  /** Times of the server's key frame requests since the last call, ms. */
  asked() {
    const times = asked;
    asked = [];
    return times;
  },
});
