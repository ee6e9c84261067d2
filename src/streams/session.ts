import type { MediaSession } from './media-session.js';

/** Who a client says it is, from its `connection` message (WCS spec B.1). */
export interface ClientIdentity {
  readonly appKey: string;
  /** Free object of the app, for access decisions. */
  readonly custom: unknown;
  readonly remoteAddress: string;
  /** The parameter `token` of the URL that its WebSocket was opened with; a secret. */
  readonly urlToken?: string | undefined;
}

/** One client's connection and the media sessions it has opened. */
export class Session {
  readonly mediaSessions = new Map<string, MediaSession>();
  /** Fields of stream statuses that its client does not get (WCS spec G.3, `clientExclude`). */
  hiddenFields: ReadonlySet<string> = new Set();

  /**
   * @param id for logs and interfaces; no secret
   * @param authToken what proves to be this session on a media socket; a secret
   * @param identity as the client says; who lets it in may know better, before it is established
   */
  constructor(
    readonly id: string,
    readonly authToken: string,
    public identity: ClientIdentity,
  ) {}
}
