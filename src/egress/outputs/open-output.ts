import { MseOutput } from './mse-output.js';
import type { Output, OutputHost, OutputRequest } from './output.js';
import { RecordOutput } from './record-output.js';
import { SnapshotOutput } from './snapshot-output.js';
import { TranscodeOutput } from './transcode-output.js';
import { WsPlayerOutput } from './ws-player-output.js';

/** @throws Error when it cannot be */
export function openOutput(request: OutputRequest, host: OutputHost): Output {
  switch (request.kind) {
    case 'record':
      return new RecordOutput(request, host);
    case 'mse':
      return new MseOutput(request, host);
    case 'wsplayer':
      return new WsPlayerOutput(request, host);
    case 'snapshot':
      return new SnapshotOutput(request.size, host);
    case 'transcode':
      return new TranscodeOutput(request, host);
  }
}
