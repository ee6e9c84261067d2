// All faults; those that want the same server side by side, those that end it last.
import { kills } from './kill.mjs';
import { limits } from './limits.mjs';
import { others } from './others.mjs';
import { standstills } from './stop.mjs';

const ends = ({ restarts = false }) => Number(restarts);
const every = [...kills, ...standstills, ...limits, ...others].toSorted((a, b) => ends(a) - ends(b));
const flagsOf = ({ flags = {} }) => JSON.stringify(flags);

/** @type {import('../lib/run.mjs').Fault[]} */
export const allFaults = [...new Set(every.map(flagsOf))].flatMap((flags) =>
  every.filter((fault) => flagsOf(fault) === flags),
);
