// Many viewers in one process, each with a WebSocket session and a peer connection of its own.
import { guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { Tally, takeAll } from './tally.mjs';
import { headerSize, VideoSource } from './video-source.mjs';
import { ViewerLog } from './viewer-log.mjs';

/** Handshakes at the same time. */
const concurrency = 10;
/** One viewer in so many compares every payload. */
const sampling = 10;
const counters = ['duplicates', 'reordered', 'misnumbered', 'compared', 'damaged'];

/** @type {{ log: ViewerLog, tally: Tally, group: number }[]} */
const viewers = [];
// Kept from the garbage collector, which would close them.
const sessions = [];

async function addViewer(url, name, receive) {
  const session = new Session('RecvOnly', 0);
  sessions.push(session);
  session.track.onMessage(guarded(receive));
  await session.start(url, 'playStream', name);
}

/** RFC 5761 section 4. */
function isRtcp(packet) {
  return packet.length < headerSize || (packet[1] >= 192 && packet[1] <= 223);
}

serve({
  /** Viewers of each stream: `streams` of `{ name, seed, group, count }`. May be called again for more. */
  async start({ client, streams, rate, size, stamps = false }) {
    const added = streams.flatMap(({ name, seed, group, count }) => {
      const source = new VideoSource(rate, size, seed);
      return Array.from({ length: count }, () => ({ name, source, group }));
    });
    const waiting = added.values();
    const connect = async () => {
      for (const { name, source, group } of waiting) {
        const log = new ViewerLog(source, size, viewers.length % sampling === 0);
        const tally = new Tally();
        viewers.push({ log, tally, group });
        const receive = (packet) => {
          if (!stamps) log.receive(packet);
          else if (!isRtcp(packet)) tally.receive(packet, size, process.hrtime.bigint());
        };
        await addViewer(client.url, name, receive);
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

  /** Of all viewers since the last tally; for packets that carry the time at which they were sent. */
  tally: () => takeAll(viewers.map(({ tally }) => tally)),
});
