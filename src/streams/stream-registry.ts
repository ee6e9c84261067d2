import type { MediaSession } from './media-session.js';
import type { Publication } from './publication.js';

/** Who publishes what, and which media session ids are taken. Names and ids are unique in the server. */
export class StreamRegistry {
  private readonly publications = new Map<string, Publication>();
  private readonly mediaSessions = new Map<string, MediaSession>();

  get publicationCount(): number {
    return this.publications.size;
  }

  get mediaSessionCount(): number {
    return this.mediaSessions.size;
  }

  find(name: string): Publication | undefined {
    return this.publications.get(name);
  }

  mediaSession(id: string): MediaSession | undefined {
    return this.mediaSessions.get(id);
  }

  all(): Iterable<MediaSession> {
    return this.mediaSessions.values();
  }

  /** @returns false when the id is taken */
  register(session: MediaSession): boolean {
    if (this.mediaSessions.has(session.id)) return false;
    this.mediaSessions.set(session.id, session);
    return true;
  }

  unregister(session: MediaSession): void {
    if (this.mediaSessions.get(session.id) === session) this.mediaSessions.delete(session.id);
  }

  /** @returns false when somebody publishes under this name */
  claim(publication: Publication): boolean {
    if (this.publications.has(publication.name)) return false;
    this.publications.set(publication.name, publication);
    return true;
  }

  free(publication: Publication): void {
    if (this.publications.get(publication.name) === publication) this.publications.delete(publication.name);
  }
}
