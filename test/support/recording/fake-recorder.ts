import { EventEmitter } from 'node:events';
import type {
  EgressOutput,
  EgressSource,
  OutputListener,
  OutputRequest,
  RecordedFile,
} from '../../../src/egress/index.js';
import { recordingName } from '../../../src/egress/recording/index.js';
import type { RecordingEgress } from '../../../src/plugins/recording/index.js';

type RecordRequest = Extract<OutputRequest, { kind: 'record' }>;

/** A recording in the fake: it begins its file at once, and ends when it is told to. */
export class FakeOutput implements EgressOutput {
  closed = 0;
  private gone = false;

  constructor(
    readonly source: EgressSource,
    readonly request: RecordRequest,
    readonly listener: OutputListener,
    private readonly slow: boolean,
  ) {}

  begin(name = this.nameAt(null)): void {
    this.listener.onEvent({ type: 'fileBegun', name });
  }

  /** Ends a file, as when a recording is rotated. */
  finishFile(name = this.nameAt(3000), failure: string | null = null): void {
    const { folder, stream } = this.request;
    const file: RecordedFile = {
      ...{ folder, name, stream, startedAt: 1000, endedAt: 3000, duration: 2000, size: 5000, start: 0 },
      ...{ hasVideo: true, hasAudio: true, width: 320, height: 180, dropped: 0 },
      ...{ gaps: [], gapsLeftOut: 0, failure, abandoned: false },
    };
    this.listener.onEvent({ type: 'fileFinished', file });
  }

  close(): void {
    this.closed += 1;
    if (this.slow || this.gone) return;
    this.finishFile();
    this.vanish();
  }

  fail(reason: string): void {
    this.finishFile(this.nameAt(3000), reason);
    this.listener.onEvent({ type: 'failed', reason });
    this.vanish();
  }

  /** Its process has died, or it has ended. */
  vanish(): void {
    this.gone = true;
    this.listener.onClosed();
  }

  private nameAt(endTime: number | null): string {
    const { template, stream } = this.request;
    const values = { ...stream, audioCodec: 'opus', videoCodec: 'H264', startTime: 1000, endTime };
    return `${recordingName(template, values)}.mp4`;
  }
}

/** An egress process that records, under a test’s control. */
export class FakeRecorder extends EventEmitter<{ died: [] }> implements RecordingEgress {
  readonly outputs: FakeOutput[] = [];
  prepared = 0;
  /** Why it cannot be had; null when it can. */
  refusal: string | null = null;
  /** Recordings that are closed take their time. */
  slow = false;

  prepare(): void {
    this.prepared += 1;
  }

  async open(source: EgressSource, request: OutputRequest, listener: OutputListener): Promise<EgressOutput> {
    if (this.refusal !== null) throw new Error(this.refusal);
    if (request.kind !== 'record') throw new Error(`a ${request.kind}`);
    const output = new FakeOutput(source, request, listener, this.slow);
    this.outputs.push(output);
    output.begin();
    return output;
  }
}
