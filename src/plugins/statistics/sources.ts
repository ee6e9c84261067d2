import type { Egress } from '../../egress/index.js';
import type { Logger } from '../../kit/index.js';
import type { MediaEndpoint, StreamService } from '../../streams/index.js';

/** What one media process says of itself, as far as it is shown; counts are since the process started. */
export interface MediaProcessFigures {
  readonly publishers: number;
  readonly viewers: number;
  /** Share of a core, 0 to 1. */
  readonly utilisation: number;
  readonly refusedPublishers: number;
  readonly refusedViewers: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly kernelDrops: number;
  readonly congested: number;
  readonly unsendable: number;
  readonly tcpConnections: number;
  readonly tcpDrops: number;
  /** Bytes. */
  readonly receiveBuffer: number;
  readonly sendBuffer: number;
}

export interface MediaProcessState {
  readonly index: number;
  readonly pid: number;
  readonly serving: boolean;
  /** Requests that it has not answered. */
  readonly opening: number;
  /** Null before it has said anything. */
  readonly latest: MediaProcessFigures | null;
}

/** The media processes. */
export interface MediaSource {
  statistics(): readonly MediaProcessState[];
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
