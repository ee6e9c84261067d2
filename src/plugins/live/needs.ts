import type { AdminGuard } from '../../admin/index.js';
import type { ConnectedClient } from '../../signaling/index.js';
import type { MediaSession, Publication } from '../../streams/index.js';

/** The last second of a media session; null where that is not known. */
export interface SessionFigures {
  /** ms since 1970 */
  readonly startedAt: number;
  /** bit/s */
  readonly bitrate: number | null;
  readonly estimate: number | null;
  /** 0 to 1 */
  readonly loss: number | null;
  /** ms */
  readonly roundTrip: number | null;
  readonly fps: number | null;
  readonly nack: number | null;
  readonly pli: number | null;
}

export interface ProcessFigures {
  readonly name: string;
  readonly pid: number | null;
  /** 1 is one core. */
  readonly cpu: number | null;
  /** bytes */
  readonly memory: number | null;
  readonly load: number | null;
  readonly kernelDrops: number | null;
}

export interface StreamFinding {
  readonly code: string;
  readonly severity: 'warning' | 'notice';
  readonly text: string;
  readonly advice: string;
  readonly players: readonly string[];
}

/** Where the figures come from. */
export interface FigureSources {
  /** Clients that are connected. */
  sessions(): number;
  /** Streams whose media flows. */
  published(): Iterable<Publication>;
  /** Null for a media session whose media does not flow. */
  figures(mediaSession: MediaSession): SessionFigures | null;
  /** Asked once a second. */
  processes(): readonly ProcessFigures[];
  /** The name, among these, of the one that carries a media session. */
  processOf(mediaSession: MediaSession): string | null;
  /** What is amiss with a stream, warnings first. */
  diagnose(streamName: string): readonly StreamFinding[] | null;
  /** Media sessions of the publishers that are being recorded. */
  recorded(): ReadonlySet<string>;
  client(sessionId: string): ConnectedClient | null;
}

/** What the live socket is made of. */
export interface LiveNeeds {
  readonly guard: Pick<AdminGuard, 'admit' | 'decideUpgrade'>;
  readonly sources: FigureSources;
  readonly version: string;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly records: boolean;
  /** Whether pictures can be made of streams. */
  snapshots(): Promise<boolean>;
  /** What the operator ought to know. */
  warnings(): Promise<readonly string[]>;
  /** ms since 1970 */
  readonly wallClock: () => number;
  /** ms, on a clock that does not go back */
  readonly clock: () => number;
}
