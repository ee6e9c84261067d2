import type { Egress } from '../../egress/index.js';
import type { Logger } from '../../kit/index.js';
import type { MediaEndpoint, MediaProcessStatistics, StreamService } from '../../streams/index.js';

/** The media processes. */
export interface MediaSource {
  statistics(): readonly MediaProcessStatistics[];
  /** Which of them carries an endpoint; null when none does. */
  processOf(endpoint: MediaEndpoint): number | null;
}

/** The backend of an application. */
export interface BackendState {
  readonly appKey: string;
  /** Calls that wait for their turn. */
  readonly queued: number;
  /** It is not called for a while, since it has not answered. */
  readonly down: boolean;
}

/** What everything here is read from. */
export interface StatisticsSources {
  readonly log: Logger;
  readonly streams: StreamService;
  readonly media: MediaSource;
  readonly egress: Pick<Egress, 'statistics'>;
  /** Of the applications that have one. */
  backends(): readonly BackendState[];
  /** The product's version. */
  readonly version: string;
  /** WebSockets turned away since the start. */
  refusedSockets(): number;
  /** Why the server should be given no new clients, beside its media processes; empty while it should. */
  unready(): readonly string[];
  /** ms, on a clock that does not go back. */
  readonly clock: () => number;
}
