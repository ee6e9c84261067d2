import type { Output, OutputHost, OutputRequest } from './output.js';

/** @throws Error when it cannot be */
export function openOutput(_request: OutputRequest, _host: OutputHost): Output {
  throw new Error('unknown kind of output');
}
