import { type PathOptions, Simulation } from './simulation.js';

/** When a simulation begins, ms. */
export const begin = 1000;
export const mediaEnd = begin + 10_000;
/** Long enough after it for everything to be asked for, sent again or given up. */
export const end = begin + 15_000;

/** A stream that two viewers join half a second after it began: one behind the path, one near the server. */
export function play(seed: number, path: PathOptions, rtx = false) {
  const simulation = new Simulation({ seed, until: mediaEnd, keyInterval: 2000, rtx }, path);
  simulation.run(begin + 500);
  const far = simulation.join(seed + 100, path);
  const near = simulation.join(seed + 200, { roundTrip: 4 });
  simulation.run(end);
  return { simulation, far, near, source: simulation.source };
}

/** What both viewers have of both tracks. */
export function comparisons({ simulation, far, near }: ReturnType<typeof play>) {
  const { video, audio } = simulation.source;
  return [far, near].flatMap((receiver) => [receiver.video.compare(video), receiver.audio.compare(audio)]);
}
