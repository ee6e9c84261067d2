import type { Output, OutputHost, OutputRequest } from './output.js';
import { SnapshotOutput } from './snapshot-output.js';
import { TranscodeOutput } from './transcode-output.js';

/** @throws Error when it cannot be */
export function openOutput(request: OutputRequest, host: OutputHost): Output {
  switch (request.kind) {
    case 'snapshot':
      return new SnapshotOutput(host);
    case 'transcode':
      return new TranscodeOutput(request, host);
    default:
      throw new Error('unknown kind of output');
  }
}
