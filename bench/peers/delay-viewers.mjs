// Viewers of whom some time the packets by the stamps in them, and the others only take them.
import { guarded, serve } from './rpc.mjs';
import { Session } from './session.mjs';
import { sinceStamp } from './stamp.mjs';

// Kept from the garbage collector, which would close them.
const sessions = [];
const mostSamples = 2_000_000;
const samples = new Float64Array(mostSamples);
let count = 0;
let packets = 0;
let unstamped = 0;
let recording = false;

function time(packet) {
  const age = sinceStamp(packet, process.hrtime.bigint());
  if (Number.isNaN(age)) unstamped++;
  else if (count < mostSamples) samples[count++] = age;
}

serve({
  /** Adds viewers one after the other, so that the server serves them in that order. */
  async add({ url, name, mediaPorts, count: wanted, measures }) {
    for (let index = 0; index < wanted; index++) {
      const session = new Session('RecvOnly', 0, mediaPorts?.[index]);
      sessions.push(session);
      session.track.onMessage(
        guarded((packet) => {
          if (!recording || (packet[1] >= 192 && packet[1] <= 223)) return;
          packets++;
          if (measures) time(packet);
        }),
      );
      await session.start(url, 'playStream', name);
    }
  },

  begin() {
    count = 0;
    packets = 0;
    unstamped = 0;
    recording = true;
  },

  /** Packets since `begin`, and ns from the publisher's JavaScript to here of those that were timed. */
  end() {
    recording = false;
    return { packets, unstamped, ages: Array.from(samples.subarray(0, count)) };
  },
});
