export { readPublishArguments } from './arguments.js';
export { publish } from './publish.js';
