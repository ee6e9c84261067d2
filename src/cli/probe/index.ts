export { readProbeArguments } from './arguments.js';
export { probe } from './probe.js';
