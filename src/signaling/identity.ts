import { randomText } from '../kit/index.js';
import { type ClientIdentity, Session } from '../streams/index.js';
import type { Connection } from '../wire/index.js';
import type { Resumable } from './retained-sessions.js';

/** Where a client comes from, as its WebSocket shows. */
export type Origin = Pick<ClientIdentity, 'remoteAddress' | 'urlToken'>;

/** Longer than any token that is taken. */
const maxUrlLength = 16_384;

/** @param url of the request for the WebSocket: a path and a query */
export function originOf(remoteAddress: string, url: string): Origin {
  const query = url.length > maxUrlLength ? '' : url.slice(url.indexOf('?') + 1 || url.length);
  return { remoteAddress, urlToken: new URLSearchParams(query).get('token') ?? undefined };
}

/** A session nobody has had before. */
export function newSession(request: Connection, origin: Origin): Resumable {
  const { appKey, custom } = request;
  return { session: new Session(randomText(9), randomText(24), { appKey, custom, ...origin }), request };
}

/**
 * The session of a client that has come back: who it is stays, for access was given to that; what it says of its
 * software, and the token of its URL, is new, where it says anything (WCS spec A.6, I).
 */
export function resumedSession(kept: Resumable, request: Connection, origin: Origin): Resumable {
  const { id, authToken, identity } = kept.session;
  const { remoteAddress, urlToken = identity.urlToken } = origin;
  return {
    session: new Session(id, authToken, { ...identity, remoteAddress, urlToken }),
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
