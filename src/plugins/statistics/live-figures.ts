import { type MediaEndpoint, type MediaSession, Publication } from '../../streams/index.js';
import type { Clients } from './clients.js';
import type { LiveMedia } from './live-media.js';
import { mediaProcessName, type ProcessFigures, ProcessWatch } from './process-figures.js';
import { type SessionFigures, sessionFigures } from './session-figures.js';
import type { StatisticsSources } from './sources.js';

/** What there is at present. */
export interface LiveFigures {
  /** Clients. */
  sessions(): number;
  /** Streams whose media flows, in the order in which they began. */
  published(): Iterable<Publication>;
  /** Null for a media session whose media does not flow. */
  figures(mediaSession: MediaSession): SessionFigures | null;
  /** Of each process of the server, since this was asked last: to be asked once a second. */
  processes(): readonly ProcessFigures[];
  /** The name, among these, of the media process that carries a media session; null where none does. */
  processOf(mediaSession: MediaSession): string | null;
}

export function liveFigures(live: LiveMedia, clients: Clients, sources: StatisticsSources): LiveFigures {
  const watch = new ProcessWatch(sources);
  return {
    sessions: () => clients.connected,
    published: () => publications(live),
    figures: (mediaSession) => {
      const found = live.of(mediaSession);
      return found ? sessionFigures(found) : null;
    },
    processes: () => watch.next(),
    processOf: ({ media: carrier }) => {
      // What carries a player over a WebSocket is nobody's endpoint.
      const index =
        carrier && 'addresses' in carrier ? sources.media.processOf(carrier as MediaEndpoint) : null;
      return index === null ? null : mediaProcessName(index);
    },
  };
}

function* publications(live: LiveMedia): Iterable<Publication> {
  for (const { mediaSession } of live.published())
    if (mediaSession instanceof Publication) yield mediaSession;
}
