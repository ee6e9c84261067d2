import { type MediaSession, Publication, type StreamService } from '../../../src/streams/index.js';

/** Watches that each media session keeps the order of its life: answer, started, one end, and nothing after it. */
export class Ledger {
  readonly faults: string[] = [];
  begun = 0;
  ended = 0;
  private readonly seen = new WeakSet<MediaSession>();
  private readonly gone = new WeakSet<MediaSession>();

  constructor(streams: StreamService) {
    streams.on('answer', (session) => this.note(session, 'answer'));
    streams.on('videoSize', (session) => this.note(session, 'size'));
    streams.on('rate', (session) => this.note(session, 'rate'));
    streams.on('status', (session) => {
      this.note(session, session.status);
      if (!session.ended) return;
      this.gone.add(session);
      this.ended += 1;
      if (session instanceof Publication) queueMicrotask(() => this.playersOf(session));
      if (session.media !== null) this.faults.push(`${session.id} has ended and still holds its media`);
    });
  }

  /** They end with it. */
  private playersOf({ id, players }: Publication): void {
    if (players.size > 0) this.faults.push(`${id} has ended and still has ${players.size} players`);
  }

  private note(session: MediaSession, what: string): void {
    if (!this.seen.has(session)) {
      this.seen.add(session);
      this.begun += 1;
    }
    if (this.gone.has(session)) this.faults.push(`${session.id}: ${what} after its end`);
  }
}
