// The publisher, in a process of its own: node-datachannel must be in a main thread.
import { emit, guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { writeStamp } from './stamp.mjs';
import { framesPerSecond, VideoSource } from './video-source.mjs';

const ssrc = 0x5100_1ce0;
const frameMs = 1000 / framesPerSecond;
/** Time between asking for a window and its start, ms, so that all viewers know of it before. */
const windowNotice = 500;

let source;
let session;
let packet;
let startedAt = 0;
let frame = 0;
/** Whether packets carry the time at which they were sent. */
let stamped = false;
let refused = 0;
let worstDelay = 0;
/** Frames at whose time the parent wants to hear: the window's start and end. */
const marks = new Map();

function tick() {
  const now = performance.now();
  while (startedAt + frame * frameMs <= now) sendFrame(now);
  setTimeout(guarded(tick), Math.max(0, startedAt + frame * frameMs - performance.now()));
}

function sendFrame(now) {
  worstDelay = Math.max(worstDelay, now - startedAt - frame * frameMs);
  const mark = marks.get(frame);
  if (mark !== undefined) emit(mark, { refused, worstDelay });
  const end = source.frameStart(frame + 1);
  for (let number = source.frameStart(frame); number < end; number++) {
    source.write(packet, number, ssrc);
    if (stamped) writeStamp(packet, process.hrtime.bigint());
    if (!session.track.sendMessageBinary(packet)) refused++;
  }
  frame++;
  if (frame % framesPerSecond !== 0) return;
  session.track.sendMessageBinary(source.senderReport(ssrc, frame, end, Date.now()));
}

serve({
  async start({ url, name, rate, size, mediaPort, stamps = false }) {
    stamped = stamps;
    source = new VideoSource(rate, size);
    packet = Buffer.alloc(size);
    session = new Session('SendOnly', ssrc, mediaPort);
    const begin = () => {
      startedAt = performance.now();
      tick();
    };
    session.track.onOpen(guarded(begin));
    session.track.onMessage(() => {});
    await session.start(url, 'publishStream', name);
  },

  /** Chooses the packets to measure: from those of a frame soon to come, for some seconds. */
  window({ seconds }) {
    const first = frame + Math.ceil(windowNotice / frameMs);
    const end = first + seconds * framesPerSecond;
    refused = 0;
    worstDelay = 0;
    marks.set(first, 'window-start');
    marks.set(end, 'window-end');
    return { from: source.frameStart(first), to: source.frameStart(end) };
  },
});
