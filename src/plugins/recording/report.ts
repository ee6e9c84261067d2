import { join } from 'node:path';
import type { RecordedFile, RecoveredFile } from '../../egress/index.js';

/** What is told of a file of a recording when it is finished: to the log, and as JSON to `recording.hookUrl`. */
export interface RecordingReport {
  readonly streamName: string;
  readonly mediaSessionId: string;
  readonly sessionId: string;
  /** Its name under `/client/records/`. */
  readonly recordName: string;
  /** Its absolute path. */
  readonly file: string;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt: number;
  /** ms */
  readonly duration: number;
  /** bytes */
  readonly size: number;
  /** Pixels, of the first picture; 0 without video, or where it is not known. */
  readonly width: number;
  readonly height: number;
  /** Where frames were lost, ms since the file's start: the first 256, and how many more there were. */
  readonly gaps: readonly { readonly kind: 'audio' | 'video'; readonly from: number; readonly to: number }[];
  readonly gapsLeftOut: number;
  /** Why it ended before its stream; null if it did not. */
  readonly failure: string | null;
  /** A crash had left it unfinished. */
  readonly recovered: boolean;
}

/** @param failure why the recording ended, where that is not of the file */
export function reportOf(file: RecordedFile | RecoveredFile, failure: string | null = null): RecordingReport {
  const { folder, name, stream, startedAt, endedAt, duration, size } = file;
  const { streamName, mediaSessionId, sessionId } = stream;
  const live = 'gaps' in file ? file : null;
  return {
    streamName,
    mediaSessionId,
    sessionId,
    recordName: name,
    file: join(folder, name),
    startedAt,
    endedAt,
    duration: Math.round(duration),
    size,
    width: live?.width ?? 0,
    height: live?.height ?? 0,
    gaps: live?.gaps ?? [],
    gapsLeftOut: live?.gapsLeftOut ?? 0,
    failure: live?.failure ?? failure,
    recovered: live === null,
  };
}
