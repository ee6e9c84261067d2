/** The server's prefix of the subprotocol that carries credentials: a page cannot set headers of a WebSocket. */
const authPrefix = 'sluice.auth.';
const liveProtocol = 'sluice.live';

/**
 * The value of `Authorization`: a token (RFC 6750) where no user is named, else user and password (RFC 7617, as UTF-8).
 */
export function authorizationOf(user: string, secret: string): string {
  return user === '' ? `Bearer ${secret}` : `Basic ${base64(`${user}:${secret}`)}`;
}

/** The subprotocols to ask for a socket with. @param authorization null where no credentials are needed */
export function subprotocols(authorization: string | null): string[] {
  if (authorization === null) return [liveProtocol];
  const encoded = base64(authorization).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return [liveProtocol, authPrefix + encoded];
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
