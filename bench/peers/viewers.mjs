// Many viewers in one process, each with a WebSocket session and a peer connection of its own.
import { guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { VideoSource } from './video-source.mjs';
import { ViewerLog } from './viewer-log.mjs';

/** Handshakes at the same time. */
const concurrency = 10;
/** One viewer in so many compares every payload. */
const sampling = 10;
const counters = ['duplicates', 'reordered', 'misnumbered', 'compared', 'damaged'];

/** @type {ViewerLog[]} */
const logs = [];
// Kept from the garbage collector, which would close them.
const sessions = [];

async function addViewer(url, name, log) {
  const session = new Session('RecvOnly', 0);
  sessions.push(session);
  session.track.onMessage(guarded((packet) => log.receive(packet)));
  await session.start(url, 'playStream', name);
}

serve({
  async start({ url, name, count, rate, size }) {
    const source = new VideoSource(rate, size);
    for (let index = 0; index < count; index++) {
      logs.push(new ViewerLog(source, size, index % sampling === 0));
    }
    const waiting = logs.values();
    const connect = async () => {
      for (const log of waiting) await addViewer(url, name, log);
    };
    await Promise.all(Array.from({ length: concurrency }, connect));
  },

  /** How many viewers have got packets at all. */
  playing: () => logs.filter(({ packets }) => packets > 0).length,

  window({ from, to }) {
    for (const log of logs) log.open(from, to);
  },

  report() {
    const sums = counters.map((name) => [name, logs.reduce((sum, log) => sum + log[name], 0)]);
    return { ...Object.fromEntries(sums), received: logs.map(({ received }) => received) };
  },
});
