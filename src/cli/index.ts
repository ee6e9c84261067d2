export { checkConfig } from './check-config.js';
export { readCommand } from './command.js';
export { probe, readProbeArguments } from './probe/index.js';
