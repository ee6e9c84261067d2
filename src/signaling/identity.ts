import { randomText } from '../kit/index.js';
import { Session } from '../streams/index.js';
import type { Connection } from '../wire/index.js';
import type { Resumable } from './retained-sessions.js';

/** A session nobody has had before. */
export function newSession(request: Connection, remoteAddress: string): Resumable {
  const { appKey, custom } = request;
  return { session: new Session(randomText(9), randomText(24), { appKey, custom, remoteAddress }), request };
}

/**
 * The session of a client that has come back: who it is stays, for access was given to that; what it says of its
 * software is new, where it says anything (WCS spec A.6, I).
 */
export function resumedSession(kept: Resumable, request: Connection, remoteAddress: string): Resumable {
  const { id, authToken, identity } = kept.session;
  return {
    session: new Session(id, authToken, { ...identity, remoteAddress }),
    request: {
      ...kept.request,
      keepAlive: request.keepAlive ?? kept.request.keepAlive,
      mediaProviders:
        request.mediaProviders.length > 0 ? request.mediaProviders : kept.request.mediaProviders,
      clientVersion: request.clientVersion || kept.request.clientVersion,
      clientOSVersion: request.clientOSVersion || kept.request.clientOSVersion,
      clientBrowserVersion: request.clientBrowserVersion || kept.request.clientBrowserVersion,
    },
  };
}
