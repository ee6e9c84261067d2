import type { MediaFrame } from '../../media/index.js';
import { videoConfig } from '../../rtp/index.js';
import { nodeFileSystem } from './file-system.js';
import { type RecordedFile, RecordingFile, type RecordingFileOptions } from './recording-file.js';

export interface RecordingOptions
  extends Omit<RecordingFileOptions, 'readConfig' | 'fileSystem' | 'wallClock'>,
    Partial<Pick<RecordingFileOptions, 'readConfig' | 'fileSystem' | 'wallClock'>> {
  /** A new file begins with the next key frame after so many bytes, or ms; without them there is one file. */
  readonly maxFileSize?: number;
  readonly maxFileDuration?: number;
  /** Told of every file when it is finished, in the order of their ends. */
  readonly onFile: (file: RecordedFile) => void;
}

/** How long a file that has reached its limit waits for a key frame, ms, before it is cut at a packet of sound. */
const longestWait = 10_000;
const keyFrameRequestInterval = 1000;
/** The least that goes into a file before the next begins because the picture is turned, ms. */
const leastBetweenTurns = 2000;
/** Sound from before the cut comes for so long after it, ms. */
const soundMayBeLate = 500;

/** A stream's recording: one file, or one after the other. Never throws, never blocks. */
export class Recording {
  private readonly options: RecordingFileOptions;
  private current: RecordingFile;
  /** The file before, which still takes sound of the time before the cut. */
  private ending: { readonly file: RecordingFile; readonly cut: number } | null = null;
  private readonly limit: { since: number | null; asked: number } = { since: null, asked: 0 };
  private lastVideo = Number.NEGATIVE_INFINITY;
  private finishing: Promise<RecordedFile | null> = Promise.resolve(null);
  private stopped = false;
  private failed = false;

  constructor(private readonly wanted: RecordingOptions) {
    this.options = {
      ...wanted,
      readConfig: wanted.readConfig ?? videoConfig,
      fileSystem: wanted.fileSystem ?? nodeFileSystem,
      wallClock: wanted.wallClock ?? Date.now,
      onFailure: (reason) => this.fail(reason),
    };
    this.current = new RecordingFile(this.options);
  }

  /** Of the file that is written now; null before its first frame is. */
  get name(): string | null {
    return this.current.name;
  }

  write(frame: MediaFrame): void {
    if (this.stopped || this.belongsToEnding(frame)) return;
    if (frame.key && this.isTurned(frame)) this.limit.since ??= frame.time;
    if (this.limit.since !== null && this.canCut(frame, this.limit.since)) this.cut(frame);
    if (!this.current.write(frame)) return;
    if (frame.kind === 'video') this.lastVideo = frame.time;
    this.watchLimits(frame);
  }

  /** To be called about twice a second, until `finish` has resolved. @param now ms, of any clock that does not go back */
  tick(now: number): void {
    this.current.writer.tick(now);
    this.ending?.file.writer.tick(now);
  }

  /** Ends it. Resolves with its last file, which `onFile` is told of before; null if there is none. Never rejects. */
  finish(): Promise<RecordedFile | null> {
    if (!this.stopped) {
      this.stopped = true;
      this.endEnding();
      this.end(this.current);
    }
    return this.finishing;
  }

  private watchLimits(frame: MediaFrame): void {
    const { maxFileSize, maxFileDuration, onKeyFrameNeeded } = this.wanted;
    const { size, duration } = this.current.writer;
    const { limit } = this;
    const { time } = frame;
    if (limit.since === null) {
      const within = size < (maxFileSize ?? Infinity) && duration < (maxFileDuration ?? Infinity);
      if (within && !this.isTurned(frame)) return;
      limit.since = time;
    } else if (time - limit.asked < keyFrameRequestInterval) return;
    limit.asked = time;
    if (time - this.lastVideo < longestWait) onKeyFrameNeeded();
  }

  /** Size may change within a file; how the picture is turned, a file says once. */
  private isTurned({ kind, rotation = 0 }: MediaFrame): boolean {
    const { writer } = this.current;
    if (kind !== 'video' || writer.duration < leastBetweenTurns) return false;
    return writer.rotation !== null && writer.rotation !== rotation;
  }

  private canCut(frame: MediaFrame, since: number): boolean {
    if (frame.kind === 'video') return frame.key;
    return frame.time - this.lastVideo >= longestWait || frame.time - since >= longestWait;
  }

  private cut(frame: MediaFrame): void {
    this.endEnding();
    this.ending = { file: this.current, cut: frame.time };
    this.current = new RecordingFile(this.options);
    this.limit.since = null;
    if (frame.kind === 'audio') this.endEnding();
  }

  /** Sound may come a little later than the pictures of its time: until then both files are open. */
  private belongsToEnding(frame: MediaFrame): boolean {
    if (this.ending === null) return false;
    const { file, cut } = this.ending;
    if (frame.kind === 'audio' && frame.time < cut) {
      file.write(frame);
      return true;
    }
    if (frame.kind === 'audio' || frame.time - cut >= soundMayBeLate) this.endEnding();
    return false;
  }

  private endEnding(): void {
    if (this.ending !== null) this.end(this.ending.file);
    this.ending = null;
  }

  private end(file: RecordingFile): void {
    const before = this.finishing;
    const finished = file.finish();
    this.finishing = before.then(async (last) => {
      const recorded = await finished;
      if (recorded !== null) this.wanted.onFile(recorded);
      return recorded ?? last;
    });
  }

  private fail(reason: string): void {
    if (this.failed) return;
    this.failed = true;
    this.wanted.onFailure(reason);
    void this.finish();
  }
}
