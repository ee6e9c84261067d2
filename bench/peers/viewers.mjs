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

/** @type {{ log: ViewerLog, group: number }[]} */
const viewers = [];
// Kept from the garbage collector, which would close them.
const sessions = [];

async function addViewer(url, name, log) {
  const session = new Session('RecvOnly', 0);
  sessions.push(session);
  session.track.onMessage(guarded((packet) => log.receive(packet)));
  await session.start(url, 'playStream', name);
}

serve({
  /** Viewers of each stream: `streams` of `{ name, seed, group, count }`. May be called again for more. */
  async start({ client, streams, rate, size }) {
    const added = streams.flatMap(({ name, seed, group, count }) => {
      const source = new VideoSource(rate, size, seed);
      return Array.from({ length: count }, () => ({ name, source, group }));
    });
    const waiting = added.values();
    const connect = async () => {
      for (const { name, source, group } of waiting) {
        const log = new ViewerLog(source, size, viewers.length % sampling === 0);
        viewers.push({ log, group });
        await addViewer(client.url, name, log);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, connect));
    return { pids: [] };
  },

  /** Counts the packets `from` up to `to` of a group of streams. */
  window(window) {
    for (const { log, group } of viewers) if (group === window.group) log.open(window.from, window.to);
  },

  report() {
    const logs = viewers.map(({ log }) => log);
    const sums = counters.map((name) => [name, logs.reduce((sum, log) => sum + log[name], 0)]);
    return { ...Object.fromEntries(sums), received: logs.map(({ received }) => received) };
  },
});
