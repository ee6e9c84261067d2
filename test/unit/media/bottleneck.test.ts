import { describe, expect, it } from 'vitest';
import { audio } from './support/packets.js';
import { type PathOptions, Simulation } from './support/simulation.js';

const seconds = 40;
/** What may be sent again at once, bytes. */
const burst = 256 * 1024;
const headers = 40;

/** A viewer of a stream of 590 kbit/s, headers included, behind a path; its audio has no NACK, as in browsers. */
function watch(path: PathOptions) {
  const until = 1000 * seconds;
  const simulation = new Simulation({ seed: 5, until, keyInterval: 5000, rtx: true }, { roundTrip: 4 });
  simulation.run(1500);
  const receiver = simulation.join(7, path, { feedback: { ...audio.feedback, nack: false } });
  simulation.run(until + 5000);
  const { source, viewers } = simulation;
  const [video] = viewers[0]?.viewer.tracks ?? [];
  if (!video) throw new Error('the viewer has no video');
  const heard = receiver.audio.compare(source.audio);
  return {
    seen: receiver.video.compare(source.video),
    audioLost: heard.unrecovered / (heard.unrecovered + heard.received),
    sent: video.octets + headers * video.packets,
    again: video.rtxOctets + headers * video.retransmitted,
  };
}

describe('a viewer behind a bottleneck', () => {
  it.each([
    [450_000, 0.055],
    [400_000, 0.065],
    [300_000, 0.07],
    [200_000, 0.06],
  ])(
    'of %d bit/s hears most, for what is sent again drives out little',
    (rate, most) => {
      const { sent, again, seen, audioLost } = watch({ roundTrip: 60, bottleneck: { rate, queueMs: 300 } });
      expect(again).toBeLessThanOrEqual(0.5 * sent + burst);
      expect(again).toBeGreaterThan(0.5 * sent);
      expect(audioLost).toBeLessThan(most);
      expect(seen.wrong).toBe(0);
    },
    30_000,
  );
});

describe('a viewer that loses a fifth at random, long after what may be sent at once is spent', () => {
  it.each([20, 100, 400])('sees all, over %d ms', (roundTrip) => {
    const { sent, again, seen, audioLost } = watch({ roundTrip, loss: 0.2, jitter: 10 });
    expect(again).toBeGreaterThan(2 * burst);
    expect(again).toBeLessThan(0.32 * sent);
    expect(audioLost).toBeGreaterThan(0.18);
    expect(seen).toMatchObject({ unrecovered: 0, wrong: 0 });
  }, 30_000);
});
