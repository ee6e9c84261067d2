import { join } from 'node:path';
import { fileTracks, type RecordingTrack } from '../../containers/index.js';
import { diskReason } from '../../kit/index.js';
import type { MediaFrame } from '../../media/index.js';
import { claim, renameTo } from './claim.js';
import type { FileSystem, OpenFile } from './file-system.js';
import { type NameValues, namedAtEnd, recordingName } from './recording-name.js';
import { RecordingWriter, type WrittenFile } from './recording-writer.js';
import { repairFile } from './repair-file.js';
import { sidecarOf, writeSidecar } from './sidecar.js';
import type { ReadCodecConfig } from './types.js';

/** Who and what is recorded, for the file's name. */
export type RecordedStream = Pick<NameValues, 'streamName' | 'sessionId' | 'mediaSessionId' | 'login'>;

export interface RecordingFileOptions {
  /** Made if it is not there. */
  readonly folder: string;
  /** See `recordingName`. */
  readonly template: string;
  readonly stream: RecordedStream;
  readonly tracks: readonly RecordingTrack[];
  readonly readConfig: ReadCodecConfig;
  readonly fileSystem: FileSystem;
  /** ms since 1970 */
  readonly wallClock: () => number;
  readonly onKeyFrameNeeded: () => void;
  readonly onFailure: (reason: string) => void;
  /** Told of each file when it has been made. */
  readonly onOpened?: (name: string) => void;
  /**
   * Whether somebody will hear of what is finished. If not, a file keeps its first name and the file beside it, so that the
   * next who looks for leftovers names and reports it.
   */
  readonly heard?: () => boolean;
}

/** A recording that is finished, or has failed and is as good as it gets. */
export interface RecordedFile extends WrittenFile {
  readonly folder: string;
  readonly name: string;
  readonly stream: RecordedStream;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One file of a recording: its name, the sidecar while it is written, and what becomes of them at the end. */
export class RecordingFile {
  readonly writer: RecordingWriter;
  /** Null until the file has been made. */
  name: string | null = null;
  private startedAt = 0;
  private finished: Promise<RecordedFile | null> | null = null;

  constructor(private readonly options: RecordingFileOptions) {
    const { tracks, readConfig, onKeyFrameNeeded, onFailure } = options;
    this.writer = new RecordingWriter({
      tracks,
      readConfig,
      onKeyFrameNeeded,
      onFailure,
      open: () => this.open(),
    });
  }

  write(frame: MediaFrame): boolean {
    return this.writer.write(frame);
  }

  /** Ends it; null if there is no file, or nothing in it. Never rejects. */
  finish(): Promise<RecordedFile | null> {
    this.finished ??= this.close();
    return this.finished;
  }

  private async open(): Promise<OpenFile> {
    const { folder, template, fileSystem, wallClock, stream } = this.options;
    this.startedAt = wallClock();
    const values = this.values(null);
    await fileSystem.makeFolder(folder);
    const { name, file } = await claim(
      fileSystem,
      folder,
      recordingName(template, values),
      this.writer.extension,
    );
    const { audioCodec, videoCodec, startTime } = values;
    try {
      await writeSidecar(fileSystem, join(folder, sidecarOf(name)), {
        version: 1,
        template,
        values: { ...stream, audioCodec, videoCodec, startTime },
      });
      await fileSystem.syncFolder(folder);
    } catch (error) {
      await file.close().catch(() => {});
      for (const made of [name, sidecarOf(name)]) await fileSystem.remove(join(folder, made)).catch(() => {});
      throw error;
    }
    this.name = name;
    this.options.onOpened?.(name);
    return file;
  }

  private async close(): Promise<RecordedFile | null> {
    const { folder, stream } = this.options;
    const written = await this.writer.finish();
    if (this.name === null) return null;
    const endedAt = this.startedAt + Math.round(written.duration);
    const failure = written.abandoned ? written.failure : await this.settle(written, endedAt);
    if (written.size === 0) return null;
    return { ...written, failure, folder, name: this.name, stream, startedAt: this.startedAt, endedAt };
  }

  /** Gives the file its final form and name. @returns why it is not what it should be; null if it is */
  private async settle(written: WrittenFile, endedAt: number): Promise<string | null> {
    const { folder, fileSystem } = this.options;
    const old = this.name!;
    let { failure } = written;
    const attempt = (work: Promise<unknown>) =>
      work.catch((error) => {
        failure ??= diskReason(error);
      });
    if (written.size === 0) await attempt(fileSystem.remove(join(folder, old)));
    else {
      // What ended early has neither index nor duration yet. It can be played without them, so it need not succeed.
      if (failure !== null) await repairFile(fileSystem, join(folder, old)).catch(() => {});
      if (this.options.heard?.() === false) return failure;
      await attempt(this.finalName(endedAt).then((name) => (this.name = name)));
    }
    await attempt(fileSystem.remove(join(folder, sidecarOf(old))));
    await attempt(fileSystem.syncFolder(folder));
    return failure;
  }

  private finalName(endedAt: number): Promise<string> {
    const { folder, template, fileSystem } = this.options;
    const name = this.name!;
    if (!namedAtEnd(template)) return Promise.resolve(name);
    const base = recordingName(template, this.values(endedAt));
    return renameTo(fileSystem, folder, name, base, this.writer.extension);
  }

  private values(endTime: number | null): NameValues {
    const { stream, tracks } = this.options;
    const { video, audio } = fileTracks(tracks);
    return {
      ...stream,
      audioCodec: audio?.codec ?? '',
      videoCodec: video?.codec ?? '',
      startTime: this.startedAt,
      endTime,
    };
  }
}
