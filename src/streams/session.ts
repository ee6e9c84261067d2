import type { MediaSession } from './media-session.js';

/** Who a client says it is, from its `connection` message (WCS spec B.1). */
export interface ClientIdentity {
  readonly appKey: string;
  /** Free object of the app, for access decisions. */
  readonly custom: unknown;
  readonly remoteAddress: string;
}

/** One client's connection and the media sessions it has opened. */
export class Session {
  readonly mediaSessions = new Map<string, MediaSession>();

  /**
   * @param id for logs and interfaces; no secret
   * @param authToken what proves to be this session on a media socket; a secret
   */
  constructor(
    readonly id: string,
    readonly authToken: string,
    readonly identity: ClientIdentity,
  ) {}
}
