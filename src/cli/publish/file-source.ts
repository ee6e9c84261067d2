import { type MatroskaFrame, MatroskaReader } from '../../containers/index.js';
import {
  describeExit,
  FfmpegProcess,
  type FileTarget,
  fileArguments,
  findLeash,
  leashed,
} from '../../ffmpeg/index.js';
import { parameterSetsIn } from '../../rtp/index.js';

export interface SourceFrame {
  readonly kind: 'audio' | 'video';
  readonly key: boolean;
  /** ms */
  readonly time: number;
  /** As packetizers take it; H.264 with parameter sets in front of key frames. */
  readonly data: Uint8Array;
}

export interface SourceListener {
  onFrame(frame: SourceFrame): void;
  /** The file has been played, or cannot be: then why. Called once. */
  onEnd(problem: string | null): void;
}

const largestFrame = 8 << 20;
const maxMemory = 2 << 30;

/** A media file as frames in real time, by an ffmpeg. */
export class FileSource {
  private readonly reader = new MatroskaReader(largestFrame);
  private process: FfmpegProcess | null = null;
  private problem: string | null = null;
  private parameterSets: Uint8Array = new Uint8Array(0);
  private prepared = false;
  private closed = false;

  constructor(private readonly listener: SourceListener) {}

  async start(ffmpeg: string, file: string, target: FileTarget): Promise<void> {
    const command = { program: ffmpeg, args: fileArguments(file, target) };
    const leash = await findLeash();
    if (this.closed) return;
    this.process = new FfmpegProcess(leashed(command, leash, maxMemory), {
      onOutput: (chunk) => this.take(chunk),
      onExit: (exit) => {
        if (this.closed) return;
        this.give(this.reader.end());
        this.listener.onEnd(exit.end === 'finished' ? this.problem : (this.problem ?? describeExit(exit)));
      },
    });
  }

  /** Nothing is given any more. Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    await this.process?.kill();
  }

  private take(chunk: Uint8Array): void {
    if (this.closed || this.problem !== null) return;
    const frames = this.reader.push(chunk);
    if (frames === null) {
      this.problem = 'what ffmpeg writes cannot be read';
      void this.process?.kill();
    } else this.give(frames);
  }

  private give(frames: readonly MatroskaFrame[]): void {
    const { tracks } = this.reader;
    if (!this.prepared && frames.length > 0) {
      this.prepared = true;
      const h264 = tracks.find(({ codecId }) => codecId === 'V_MPEG4/ISO/AVC');
      if (h264) this.parameterSets = parameterSetsIn(h264.codecPrivate);
    }
    for (const { track, key, time, data } of frames) {
      const codecId = tracks.find(({ number }) => number === track)?.codecId ?? '';
      const kind = codecId.startsWith('V') ? ('video' as const) : ('audio' as const);
      const whole = kind === 'video' && key && this.parameterSets.length > 0;
      this.listener.onFrame({
        kind,
        key,
        time,
        data: whole ? Buffer.concat([this.parameterSets, data]) : data,
      });
    }
  }
}
