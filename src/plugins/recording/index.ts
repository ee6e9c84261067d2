import { resolve } from 'node:path';
import type { Config } from '../../config/index.js';
import { type Logger, reasonOf } from '../../kit/index.js';
import type { StreamService } from '../../streams/index.js';
import { FinishedRecordings } from './finished.js';
import { KnownStreams } from './known-streams.js';
import { type RecordingEgress, type RecordingInfo, Recordings, type RecordingTarget } from './recordings.js';
import { deleteOld, isRecordName, recordsUrl, recordType } from './records-folder.js';
import { RecordTickets } from './tickets.js';
import type { RecordingWish } from './wish.js';

export type { FinishedRecording, FinishedRecordings } from './finished.js';
export type { RecordingEgress, RecordingInfo, RecordingTarget } from './recordings.js';
export { RecordingRefused, type RefusalCode } from './refused.js';
export type { RecordingReport } from './report.js';
export type { RecordingWish } from './wish.js';

/** Recordings for whoever knows their names, to be played where they are. */
export interface RecordDownloads {
  /** The path in the URL, with a slash at its end. */
  readonly url: string;
  readonly folder: string;
  owns(name: string): boolean;
  /** The media type. @param head what the file begins with */
  typeOf(name: string, head: Uint8Array): string;
  /** The stream that a recording is of; null where nobody knows. */
  streamOf(name: string): Promise<string | null>;
  /** Whether it is one that `finished` has told with the URL of this recording. */
  isTicket(name: string, ticket: string): boolean;
}

/** Starts and ends recordings on demand. */
export interface RecordingController {
  /** @throws RecordingRefused */
  start(target: RecordingTarget, wish?: RecordingWish): RecordingInfo;
  /**
   * Resolves when the file is finished, or after a second at most.
   * @throws (rejects) RecordingRefused `not-found`
   */
  stop(mediaSessionId: string): Promise<void>;
  list(): RecordingInfo[];
}

export interface RecordingPlugin {
  readonly controller: RecordingController;
  /** Null where recordings are not served. */
  readonly downloads: RecordDownloads | null;
  readonly finished: FinishedRecordings;
  /** Ends what is being recorded; resolves when the files are finished, or after a second at most. */
  close(): Promise<void>;
  /** Resolves when the hooks of the last files are through, or after a second at most. */
  told(): Promise<void>;
}

export interface RecordingOptions {
  readonly config: Pick<Config, 'dataDir' | 'recording'>;
  readonly streams: StreamService;
  readonly egress: RecordingEgress;
  readonly log: Logger;
  /** ms since 1970 */
  readonly wallClock: () => number;
}

const cleaningInterval = 10 * 60_000;

/**
 * Records streams whose publishers ask for it (`record`, WCS spec B.2, H), and others on demand. To be made before the
 * signalling server: what this knows of a stream is in the status that its client is told.
 */
export function createRecording({
  config: { dataDir, recording: settings },
  streams,
  egress,
  log,
  wallClock,
}: RecordingOptions): RecordingPlugin {
  const folder = resolve(dataDir, settings.folder);
  const streamsOf = new KnownStreams(folder, log);
  const tickets = new RecordTickets(wallClock);
  const recordings = new Recordings(folder, settings, egress, log, wallClock, streamsOf);
  streams.on('answer', (mediaSession) => recordings.onAnswer(mediaSession));
  streams.on('status', (mediaSession) => recordings.onStatus(mediaSession));
  const clean = () => {
    deleteOld(folder, wallClock() - settings.keepFor).then(
      (names) => {
        if (names.length > 0) log.info({ names }, 'old recordings deleted');
        for (const name of names) void streamsOf.forget(name);
      },
      (error) => log.warn({ reason: reasonOf(error) }, 'old recordings could not be deleted'),
    );
  };
  const cleaning = settings.keepFor === 0 ? undefined : setInterval(clean, cleaningInterval).unref();
  if (cleaning) clean();
  return {
    controller: recordings,
    downloads:
      settings.serve === 'off'
        ? null
        : {
            ...{ url: recordsUrl, folder, owns: isRecordName, typeOf: recordType },
            streamOf: (name) => streamsOf.of(name),
            isTicket: (name, ticket) => tickets.isValid(name, ticket),
          },
    finished: new FinishedRecordings(
      folder,
      (name) => urlOf(settings.serve, name, tickets),
      (name) => streamsOf.of(name),
      (name) => streamsOf.forget(name),
    ),
    close: async () => {
      clearInterval(cleaning);
      await recordings.close();
      await streamsOf.settled();
    },
    told: () => recordings.told(),
  };
}

function urlOf(serve: Config['recording']['serve'], name: string, tickets: RecordTickets): string | null {
  if (serve === 'off') return null;
  const url = `${recordsUrl}${encodeURIComponent(name)}`;
  return serve === 'open' ? url : `${url}?ticket=${tickets.issue(name)}`;
}
