export { checkConfig } from './check-config.js';
export { readCommand } from './command.js';
