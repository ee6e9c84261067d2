import type { AdminGuard } from '../../admin/index.js';
import type { Logger } from '../../kit/index.js';
import type { ConnectedClient } from '../../signaling/index.js';
import type { StreamService } from '../../streams/index.js';

/** Who is connected; the signalling server is one. */
export interface Clients {
  clients(): ConnectedClient[];
  client(sessionId: string): ConnectedClient | null;
  /** @returns false when there is no such session */
  disconnect(sessionId: string, reason: string): boolean;
  /**
   * Gives a client data of the application.
   * @returns false when there is no such session
   */
  sendData(sessionId: string, payload: unknown, operationId: string): boolean;
}

/** A stream that is being recorded. */
export interface RecordingView {
  readonly mediaSessionId: string;
  readonly streamName: string;
  /** Null while there is none. */
  readonly fileName: string | null;
  /** ms since 1970 */
  readonly startedAt: number;
}

/** How somebody wants a recording (WCS spec G.1). */
export interface RecordingWish {
  readonly fileTemplate?: string;
  /** A new file after so many seconds, or, with an `M` behind the number, MiB. */
  readonly rotation?: string | number;
}

/**
 * Records streams on demand. What it refuses it refuses with an Error that has a `code`: `not-found`,
 * `already-recording`, `off`, `too-many` or `bad-config`.
 */
export interface Recorder {
  start(target: { readonly mediaSessionId: string }, wish?: RecordingWish): RecordingView;
  stop(mediaSessionId: string): Promise<void>;
  list(): RecordingView[];
}

/** A recording that is finished. */
export interface FinishedView {
  readonly fileName: string;
  /** bytes */
  readonly size: number;
  /** ms since 1970 */
  readonly finishedAt: number;
  /** Null where recordings are not served. */
  readonly url: string | null;
  /** Of which stream; null where nobody knows. */
  readonly stream: string | null;
}

/** The finished recordings, the newest first. What it refuses it refuses as a `Recorder` does. */
export interface FinishedRecordings {
  list(offset: number, limit: number): Promise<{ items: FinishedView[]; total: number }>;
  remove(fileName: string): Promise<void>;
}

/** A stream that is to be made of another (WCS spec G.1). 0 for what is not asked for. */
export interface TranscoderOrder {
  readonly uri: string;
  /** Name of the stream that it is made of. */
  readonly source: string;
  /** Of the stream that is made. */
  readonly name: string;
  readonly codec: 'H264' | 'VP8' | null;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** kbit/s */
  readonly bitrate: number;
  /** Most pictures a second. */
  readonly fps: number;
  /** Seconds. */
  readonly keyFrameInterval: number;
}

export interface TranscoderView extends TranscoderOrder {
  readonly codec: 'H264' | 'VP8';
  readonly mediaSessionId: string;
  readonly status: string;
  /** ms since 1970 */
  readonly startedAt: number;
}

/**
 * Makes streams of others. What it refuses it refuses with an Error that has a `code`: `not-found`, `in-use`, `off`, `busy`,
 * `bad-order` or `failed`.
 */
export interface TranscoderControl {
  start(order: TranscoderOrder): Promise<TranscoderView>;
  /** @returns false when there is none */
  stop(uri: string): boolean;
  list(): TranscoderView[];
}

/** Something that is amiss with a stream. */
export interface StreamFinding {
  readonly code: string;
  readonly severity: 'warning' | 'notice';
  readonly text: string;
  readonly value: number;
  readonly unit: string;
  readonly threshold: number;
  readonly advice: string;
  /** Media session ids. */
  readonly players: readonly string[];
}

/** What the REST API is an interface to. */
export interface RestNeeds {
  readonly guard: AdminGuard;
  readonly log: Logger;
  readonly streams: Pick<StreamService, 'all' | 'mediaSession' | 'published'>;
  readonly clients: Clients;
  /**
   * A picture of what is published under a name, a PNG file.
   * @throws (rejects) Error whose message is one of `StreamInfo`, or says what happened
   */
  snapshot(streamName: string): Promise<Buffer>;
  /** The same, small, at most some seconds old, a JPEG file. */
  thumbnail(streamName: string): Promise<Buffer>;
  /** Null where nothing is recorded. */
  readonly recorder: Recorder | null;
  readonly finished: FinishedRecordings;
  readonly transcoders: TranscoderControl;
  /** Lets nobody new in, and ends the server once everybody has gone; null where that cannot be asked for. */
  readonly drain: (() => void) | null;
  /** What is amiss with a stream; null where nothing is published under the name. */
  diagnose(streamName: string): readonly StreamFinding[] | null;
  readonly version: string;
  /** Seconds since the server started. */
  uptime(): number;
}
