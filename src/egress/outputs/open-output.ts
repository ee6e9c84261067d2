import type { Output, OutputHost, OutputRequest } from './output.js';
import { RecordOutput } from './record-output.js';

/** @throws Error when it cannot be */
export function openOutput(request: OutputRequest, host: OutputHost): Output {
  switch (request.kind) {
    case 'record':
      return new RecordOutput(request, host);
    default:
      throw new Error('unknown kind of output');
  }
}
