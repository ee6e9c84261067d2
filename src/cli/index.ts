export { checkConfig } from './check-config.js';
export { readCommand } from './command.js';
export { type ClientCommand, runClient } from './run.js';
